/**
 * A small registry and a config over it, for tests that need no simulator.
 */
import { reference, referenceEntry } from '../../backends/reference/index.ts'
import { wrapperEntries } from '../../envs/wrappers/index.ts'
import type { EnvEntry } from '../../src/core/env.ts'
import type { ProblemEntry } from '../../src/core/problem.ts'
import { learnerEntries } from '../../src/run/learners.ts'
import { manifestOf, type Manifest } from '../../src/run/manifest.ts'
import { outerEntries } from '../../src/run/outers.ts'
import { presets } from '../../src/run/presets.ts'
import { resolveConfig, type RunConfig } from '../../src/run/config.ts'
import type { ConfigProblem } from '../../src/run/fault.ts'
import type { Registry } from '../../src/run/registry.ts'

const unopened = (): never => {
  throw new Error('a config check opens nothing')
}

const robot: EnvEntry = { id: 'Robot-v1', title: 'A robot', source: '', options: { healthyReward: 1, terminate: true, range: [-1, null], mode: 'fast' }, open: unopened }
const cart: EnvEntry = { id: 'Cart-v0', title: 'A cart', source: '', actions: 'discrete', options: {}, open: unopened }
const bowl: ProblemEntry = { id: 'bowl', title: 'A bowl', options: { dimension: 3 }, open: unopened }

/** Two environments, a problem, and everything else that comes with the package. */
export const registry: Registry = { learners: learnerEntries, outers: outerEntries, envs: [robot, cart], families: [], wrappers: wrapperEntries, problems: [bowl], backends: [referenceEntry], presets }

/** The least that a user must write. */
export const least = { task: { kind: 'problem', problem: { id: 'bowl' } }, learner: { kind: 'vanilla-es' }, outer: { kind: 'fixed' }, budget: { steps: 5 } }

/** What is wrong with a config. */
export const problemsOf = (config: unknown, known: Registry = registry): readonly ConfigProblem[] => {
  const result = resolveConfig(config, known)
  return result._tag === 'Left' ? result.left : []
}

/** `least` with changes. */
export const written = (change: object): object => ({ ...least, ...change })

/** `written`, resolved; throws where it has problems. */
export const resolved = (written: unknown): RunConfig => {
  const config = resolveConfig(written, registry)
  if (config._tag === 'Left') throw new Error(JSON.stringify(config.left, null, 2))
  return config.right
}

/** The manifest of `least` with changes. */
export const manifestWith = (change: object = {}): Manifest =>
  manifestOf({ config: resolved({ ...least, ...change }), codeVersion: '0.1.0', versions: { node: '20.20.2' }, backend: reference, createdBy: ['bilevel', 'train', 'x.yaml'] })
