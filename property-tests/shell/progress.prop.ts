/**
 * What progress prints: often on a terminal, seldom elsewhere, and always something sensible.
 *
 * *Source:* the contract in `src/shell/progress.ts`. *Deviations:* none.
 */
import { describe, expect, test } from 'vitest'
import { clockText, progress, progressLine, shortCount, shortNumber, terminalChart } from '../../src/shell/progress.ts'
import type { Moment } from '../../src/shell/progress.ts'

const momentAt = (step: number, of = 1000): Moment => ({ label: '', step, fraction: step / of, envSteps: step * 100, meanReturn: step * 1.5, values: { sigma: 0.05 } })

const record = (isTTY: boolean, seconds: number): string => {
  let text = ''
  let clock = 0
  const shown = progress({ isTTY, columns: 80, write: (part) => (text += part) }, () => clock)
  for (let step = 1; step <= seconds * 100; step++) {
    clock = step / 100
    shown.show(momentAt(step, seconds * 100))
  }
  shown.end()
  return text
}

describe('progress', () => {
  test('a line names generation, return, tuned values, env steps, speed and time left', () => {
    expect(progressLine({ ...momentAt(250), label: 'fixed' }, 21_534, 42)).toBe(
      'fixed   25%  step 250  return 375  25.0k steps  21.5k steps/s  0:42 left  sigma 0.05',
    )
  })

  test('a terminal sees one line that is rewritten about ten times a second and never wider than the terminal', () => {
    const text = record(true, 3)
    expect(text.split('\n')).toHaveLength(2)
    const frames = text.trimEnd().split('\r\u001B[2K').slice(1)
    expect(frames.length).toBeGreaterThan(20)
    expect(frames.length).toBeLessThan(35)
    expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThan(80)
    expect(frames.at(-1)).toContain('100%')
  })

  test('elsewhere there is a plain line now and then, and the last one', () => {
    const text = record(false, 35)
    expect(text).not.toContain('\r')
    expect(text).not.toContain('\u001B')
    expect(text.trimEnd().split('\n')).toHaveLength(5) // at 0, 10, 20, 30 seconds, and the end
    expect(text).toContain('100%')
  })

  test('speed and time left come from the last moments', () => {
    const lines = record(false, 35).split('\n')
    expect(lines[1]).toContain('10.0k steps/s  0:25 left')
  })

  test('numbers are short', () => {
    expect([0, 999, 1234, 45_600, 1_234_567, 2e9].map(shortCount)).toEqual(['0', '999', '1.23k', '45.6k', '1.23M', '2.00G'])
    expect([0, 0.05, 1234.567, 1e-5, -3.2e7, NaN].map(shortNumber)).toEqual(['0', '0.05', '1235', '1.00e-5', '-3.20e+7', '-'])
    expect([0, 42.4, 725, 3723, NaN, Infinity].map(clockText)).toEqual(['0:00', '0:42', '12:05', '1:02:03', '?', '?'])
  })

  test('a chart fits its width whatever the length of the series', () => {
    expect(terminalChart([], 80)).toBe('')
    expect(terminalChart([1, NaN], 80)).toBe('')
    for (const length of [2, 50, 5000]) {
      const lines = terminalChart(Array.from({ length }, (_, i) => i * i), 60).split('\n')
      expect(lines.length).toBeLessThanOrEqual(10)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60)
    }
  })
})
