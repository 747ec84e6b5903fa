/** A training run on a gpu backend, end to end: what it records, what it says of itself, and what it says where it cannot run. */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bilevel, digestOf, requireBuild, workshop } from './program.ts'

type Line = Readonly<{ type: string; launches?: Readonly<Record<string, number>> }>

describe('a training run on a gpu backend', () => {
  const place = workshop()
  const config = (evaluation: string): string => `task: { kind: env, env: { id: CartPole-v1, wrappers: [{ kind: time-limit, steps: 25 }] }, policy: { kind: categorical, hidden: [8] } }
learner: { kind: vanilla-es, popsize: 20, sigma: 0.1, evaluation: ${evaluation} }
outer: { kind: fixed }
budget: { steps: 3 }
`
  const telemetryOf = (run: string): readonly Line[] =>
    readFileSync(place.at(`${run}/telemetry.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
      .filter(({ type }) => type === 'step')
  const train = async (run: string, source: string, backend: string, workers: number): Promise<string> => {
    const { code, out, err } = await bilevel(place.path, 'train', source, '--backend', backend, '--out', run, '--workers', String(workers))
    expect(code, err).toBe(0)
    return out
  }

  beforeAll(() => {
    requireBuild()
    writeFileSync(place.at('lockstep.yaml'), config('{ kind: lockstep, groups: 2 }'))
    writeFileSync(place.at('episodes.yaml'), config('{ kind: episodes }'))
  })
  afterAll(() => place.remove())

  test.each([0, 2])('records that it is not exact and what ran on the device, with %d workers', async (workers) => {
    const run = `webasm-${workers}`
    const out = await train(run, 'lockstep.yaml', 'gpu-webasm', workers)
    expect(out).toContain('gpu-webasm: not exact')
    const manifest = JSON.parse(readFileSync(place.at(`${run}/manifest.json`), 'utf8')) as { backend: unknown; versions: Readonly<Record<string, string>>; config: { backend: string } }
    expect(manifest.versions['gpu.js']).toMatch(/^2\./)
    expect([manifest.backend, manifest.config.backend]).toEqual([{ name: 'gpu-webasm', exact: false }, 'gpu-webasm'])
    const steps = telemetryOf(run)
    expect(steps).toHaveLength(3)
    for (const { launches } of steps) {
      // two groups of at most 25 steps; the search gradient is one product
      const layers = launches?.['affine-tanh'] ?? 0
      expect(layers).toBeGreaterThan(25)
      expect(layers).toBeLessThanOrEqual(50)
      expect(launches).toEqual({ 'affine-tanh': layers, affine: layers, product: 1 })
    }
    expect(readFileSync(place.at(`${run}/report.html`), 'utf8')).toContain('not exact')
    expect((await bilevel(place.path, 'verify', run, '--workers', '0')).code).toBe(0)
  })

  test('learns what the reference learns, up to rounding: in 25 steps of CartPole the choices are the same', async () => {
    await train('reference', 'lockstep.yaml', 'reference', 0)
    const returnsOf = (run: string): readonly number[] =>
      readFileSync(place.at(`${run}/events.jsonl`), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { metrics?: { fitnessMean: number } }).metrics?.fitnessMean ?? 0)
    expect(returnsOf('webasm-0')).toEqual(returnsOf('reference'))
    expect(digestOf(place.at('webasm-0'))).not.toBe(digestOf(place.at('reference'))) // gradients are sums in 32 bits
    expect(telemetryOf('reference').every(({ launches }) => launches === undefined)).toBe(true)
    await train('episodes', 'episodes.yaml', 'reference', 0)
    expect(digestOf(place.at('episodes'))).toBe(digestOf(place.at('reference')))
  })

  test('a mode that this host lacks is refused before anything is written', async () => {
    const { code, err } = await bilevel(place.path, 'train', 'lockstep.yaml', '--backend', 'gpu-webgl2', '--out', 'none')
    expect([code, err]).toEqual([2, expect.stringContaining('backend gpu-webgl2 cannot be opened here: it needs a page with WebGL 2')])
  })

  test('an unknown backend is told with the nearest name, and all are listed', async () => {
    const { code, err } = await bilevel(place.path, 'train', 'lockstep.yaml', '--backend', 'gpu-webams', '--out', 'none')
    expect([code, err]).toEqual([2, expect.stringContaining('did you mean "gpu-webasm"?')])
    const { out } = await bilevel(place.path, 'list')
    for (const name of ['backends', 'reference', 'gpu-cpu', 'gpu-webasm', 'gpu-webasm-threads', 'gpu-webgl2', 'gpu-webgpu']) expect(out).toContain(name)
  })
})
