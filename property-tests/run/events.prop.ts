import fc from 'fast-check'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { sha256Hex } from '../../src/core/digest.ts'
import type { ExperimentEvent } from '../../src/experiment/experiment.ts'
import { encodeEvent, eventLines, eventsUpTo, firstDifference, parseEvents, startMark, type EventLog } from '../../src/run/events.ts'
import { anyEvent, stepAt } from './event-samples.ts'

const utf8 = new TextEncoder()
const bytesOf = (events: readonly ExperimentEvent[]): Uint8Array => utf8.encode(eventLines(startMark, events).text)
const parsed = (bytes: Uint8Array): EventLog => {
  const log = parseEvents(bytes)
  if (isLeft(log)) throw new Error(JSON.stringify(log.left))
  return log.right
}
const sample = [stepAt(0), stepAt(1, { metrics: { policyReturn: NaN } }), stepAt(2, { metrics: { policyReturn: -0 } })]

describe('event log', () => {
  test('what is read is what was written, in any batches, and the mark says where it ends', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 6 }), fc.nat(6), (events, cut) => {
        const first = eventLines(startMark, events.slice(0, cut))
        const second = eventLines(first.mark, events.slice(cut))
        const bytes = utf8.encode(first.text + second.text)
        expect(bytes).toStrictEqual(bytesOf(events))
        const log = parsed(bytes)
        expect(log.events).toStrictEqual(events)
        expect(log.mark).toStrictEqual(second.mark)
        expect(log.mark.bytes).toBe(bytes.length)
        expect(log.tornBytes).toBe(0)
        expect(firstDifference(log.events, events)).toBeNull()
      }),
      { seed: 42, numRuns: 200 },
    )
  })

  test('a line is the event with its chain: SHA-256 of the chain before and the body', () => {
    const { text, mark } = eventLines(startMark, [sample[0]])
    const body = encodeEvent(sample[0])
    const chain = sha256Hex(utf8.encode('0'.repeat(64) + body))
    expect(mark.chain).toBe(chain)
    expect(text).toBe(`${body.slice(0, -1)},"chain":"${chain}"}\n`)
    expect(JSON.parse(text)).toMatchObject({ type: 'step', step: 0, chain })
  })

  test('numbers that JSON lacks are explicit', () => {
    const line = encodeEvent(stepAt(0, { metrics: { a: NaN, b: -Infinity, c: -0, d: 0 } }))
    expect(line).toContain('"metrics":{"a":{"$":"NaN"},"b":{"$":"-Infinity"},"c":{"$":"-0"},"d":0}')
  })

  test('a change of any byte is found and told by its line', () => {
    const bytes = bytesOf(sample)
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 10)
    for (let at = 0; at < bytes.length; at++) {
      const damaged = parseEvents(bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)))
      const line = ends.filter((end) => end < at).length + 1
      const torn = at === bytes.length - 1 // without its newline the last line is an unfinished one
      if (torn) expect(isRight(damaged) && damaged.right.tornBytes).toBeGreaterThan(0)
      else expect(damaged).toMatchObject({ _tag: 'Left', left: { _tag: 'EventsAltered', path: `line ${line}` } })
    }
  })

  test('removed, repeated and swapped lines are found', () => {
    const lines = new TextDecoder().decode(bytesOf(sample)).split('\n').slice(0, -1)
    const refused = (changed: readonly string[]): boolean => isLeft(parseEvents(utf8.encode(changed.map((line) => `${line}\n`).join(''))))
    expect(refused(lines)).toBe(false)
    expect(refused(lines.slice(1))).toBe(true)
    expect(refused([lines[0], lines[2]])).toBe(true)
    expect(refused([lines[0], lines[0]])).toBe(true)
    expect(refused([lines[1], lines[0], lines[2]])).toBe(true)
    expect(refused([...lines, ''])).toBe(true)
  })

  test('a line of an unknown type is refused even where its chain fits', () => {
    const foreign = { ...sample[0], type: 'other' } as unknown as ExperimentEvent
    expect(parseEvents(bytesOf([foreign]))).toMatchObject({ left: { expected: 'an event of a known type', received: 'other' } })
  })

  test('an unfinished last line is left out and counted', () => {
    const bytes = bytesOf(sample)
    const two = bytesOf(sample.slice(0, 2)).length
    for (const length of [two + 1, two + 50, bytes.length - 1]) {
      const log = parsed(bytes.subarray(0, length))
      expect(log.events).toHaveLength(2)
      expect(log.mark.bytes).toBe(two)
      expect(log.tornBytes).toBe(length - two)
    }
  })
})

describe('the log up to a checkpoint', () => {
  const bytes = bytesOf(sample)
  const { mark } = eventLines(startMark, sample.slice(0, 2))

  test('is the part before its mark', () => {
    const log = eventsUpTo(bytes, mark)
    expect(isRight(log) && log.right.events).toStrictEqual(sample.slice(0, 2))
    expect(isRight(eventsUpTo(bytes, startMark))).toBe(true)
  })

  test('is refused where the log is shorter, another one, or changed', () => {
    expect(isLeft(eventsUpTo(bytes.subarray(0, mark.bytes - 1), mark))).toBe(true)
    expect(isLeft(eventsUpTo(bytes, { ...mark, chain: 'f'.repeat(64) }))).toBe(true)
    expect(isLeft(eventsUpTo(bytes, { ...mark, count: 1 }))).toBe(true)
    expect(isLeft(eventsUpTo(bytes, { ...mark, bytes: mark.bytes - 2 }))).toBe(true)
    expect(isLeft(eventsUpTo(bytesOf([sample[0], sample[2], sample[1]]), mark))).toBe(true)
    expect(
      isLeft(
        eventsUpTo(
          bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
          mark,
        ),
      ),
    ).toBe(true)
  })
})

describe('first difference', () => {
  test.each<[string, ExperimentEvent, string, string, string]>([
    ['a number', stepAt(1, { metrics: { ...stepAt(1).metrics, fitnessMean: 1 } }), 'metrics.fitnessMean', '9', '1'],
    ['zero and negative zero', stepAt(1, { unstable: -0 }), 'unstable', '0', '-0'],
    ['a missing field', stepAt(1, { applied: { sigma: 0.05 } }), 'applied.learningRate', '0.02', 'nothing'],
    ['an added field', stepAt(1, { outer: { metaUpdates: 1 } }), 'outer.metaUpdates', 'nothing', '1'],
    ['another type', { type: 'done', step: 1, envSteps: { learner: 0, outer: 0, total: 0 }, policyDigest: '' }, 'type', 'step', 'done'],
  ])('%s', (_, other, field, left, right) => {
    expect(firstDifference([stepAt(0), stepAt(1)], [stepAt(0), other])).toEqual({ index: 1, field, left, right })
  })

  test('NaN equals NaN', () => {
    expect(firstDifference([stepAt(0, { unstable: NaN })], [stepAt(0, { unstable: NaN })])).toBeNull()
  })

  test('one log ends early', () => {
    expect(firstDifference(sample, sample.slice(0, 2))).toMatchObject({ index: 2, field: '', right: 'nothing' })
    expect(firstDifference([], sample)).toMatchObject({ index: 0, left: 'nothing' })
  })

  test('is null exactly for equal logs', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 3 }), fc.array(anyEvent, { maxLength: 3 }), (a, b) => {
        expect(firstDifference(a, a)).toBeNull()
        expect(firstDifference(a, b) === null).toBe(eventLines(startMark, a).mark.chain === eventLines(startMark, b).mark.chain || sameWithoutOrder(a, b))
      }),
      { seed: 42, numRuns: 200 },
    )
  })
})

/** Two logs whose records name the same things in another order have no difference, but another chain. */
const sameWithoutOrder = (a: readonly ExperimentEvent[], b: readonly ExperimentEvent[]): boolean => {
  try {
    expect(a).toStrictEqual(b)
    return true
  } catch {
    return false
  }
}
