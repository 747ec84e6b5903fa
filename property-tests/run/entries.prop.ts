import { describe, expect, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { classicEntries } from '../../envs/classic/index.ts'
import { envEntries, taskFamilies } from '../../envs/index.ts'
import type { Task } from '../../src/core/job.ts'
import type { TaskInfo } from '../../src/core/task.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { bierlNpmCode, bierlNpmDefaults, bierlNpmPaper } from '../../src/outer/bierl-npm.ts'
import { bierlPmCode, bierlPmDefaults, bierlPmPaper } from '../../src/outer/bierl-pm.ts'
import { bierlCodeVanillaEs, vanillaEsDefaults } from '../../src/es/vanilla-es.ts'
import { esA2c, esA2cDefaults, esA2cHyperDefaults } from '../../src/es/es-a2c.ts'
import { esMetaRl, esMetaRlDefaults, esMetaRlHyperDefaults } from '../../src/es/es-meta-rl.ts'
import { a2cDefaults, a2cHyperDefaults } from '../../src/rl/a2c.ts'
import { acktrDefaults, acktrHyperDefaults } from '../../src/rl/acktr.ts'
import { ppoDefaults, ppoHyperDefaults } from '../../src/rl/ppo.ts'
import { trpoDefaults, trpoHyperDefaults } from '../../src/rl/trpo.ts'
import { learnerOf, outerOf, resolveConfig } from '../../src/run/config.ts'
import { tuningOf } from '../../src/run/tuning-schema.ts'
import { least, registry, resolved } from './config-samples.ts'

const task: TaskInfo = { task: { kind: 'problem', problem: { id: 'bowl', options: {} } }, parameters: 3, obsSize: 0, spec: null, family: null, initial: () => new Float64Array(3) }
const outers = [
  { kind: 'fixed' },
  { kind: 'anneal', ramps: { learningRate: { to: 0.001, length: 100 } } },
  { kind: 'random' },
  { kind: 'random-grid' },
  { kind: 'bandit' },
  { kind: 'dqn', orders: 0 },
  { kind: 'pb2' },
  { kind: 'pbt', levels: { learningRate: [0.01, 0.02] } },
  { kind: 'schedule', rows: [{ step: 0, hyper: { sigma: 0.1 } }] },
  { kind: 'epgt', orders: 0 },
  { kind: 'bierl-pm' },
  { kind: 'bierl-pm', encoder: 'none', lookAhead: { kind: 'one-step' } },
  { kind: 'bierl-npm' },
  { kind: 'bierl-npm', lookAhead: { kind: 'one-step' } },
]

const gradientOuters = [{ kind: 'hoof' }, { kind: 'hoof', entropy: { samples: 4 } }, { kind: 'tmg' }]

const partsOf = (outer: object, learner: object = least.learner) => {
  const config = resolved({ ...least, learner, outer })
  return { learner: learnerOf(registry, config.learner), outer: outerOf(registry, config.outer) }
}

describe('entries', () => {
  test('what a learner entry says before anything is opened is true of the learner', () => {
    const { entry, settings } = partsOf({ kind: 'fixed' }).learner
    const facts = entry.facts(settings)
    const built = entry.build({ settings, task, backend: reference })
    expect(built.name).toBe(entry.kind)
    expect({ space: built.space, provides: built.provides, probes: built.probes }).toEqual({ space: facts.space, provides: facts.provides, probes: facts.probes })
    expect(Object.keys(facts.hyper)).toEqual(Object.keys(facts.space))
  })

  test.each<[string, object]>([
    ['a2c', { ...a2cDefaults, ...a2cHyperDefaults }],
    ['ppo', { ...ppoDefaults, ...ppoHyperDefaults }],
    ['acktr', { ...acktrDefaults, ...acktrHyperDefaults }],
    ['trpo', { ...trpoDefaults, ...trpoHyperDefaults }],
  ])('the same for %s, whose settings are by default those of its constructor', async (kind, defaults) => {
    const pole: Task = {
      kind: 'env',
      env: { id: 'CartPole-v1', options: {} },
      policy: { kind: 'categorical', hidden: [4], activation: 'tanh', outputActivation: 'linear', initialLogStd: 0, init: 'orthogonal', action: 'raw' },
      normaliseObs: true,
      obsScaling: { clip: 10, varianceFloor: 1e-8 },
    }
    const site = await openSite({ envs: classicEntries, problems: [], backend: reference }, [pole])
    const config = resolved({ ...least, task: { kind: 'env', env: { id: 'Robot-v1' } }, learner: { kind }, outer: { kind: 'fixed' } })
    const { entry, settings } = learnerOf(registry, config.learner)
    const facts = entry.facts(settings)
    const built = entry.build({ settings, task: taskInfo(pole, site.opened(pole)), backend: reference })
    expect(settings).toMatchObject(defaults)
    expect(built.name).toBe(entry.kind)
    expect({ space: built.space, provides: built.provides, probes: built.probes }).toEqual({ space: facts.space, provides: facts.provides, probes: facts.probes })
    expect(Object.keys(facts.hyper).toSorted()).toEqual(Object.keys(facts.space).toSorted())
  })

  test.each(outers)('what an outer entry says before it is built is true of the scheduler: %j', (outer) => {
    const parts = partsOf(outer)
    const { entry, settings } = parts.outer
    const facts = entry.facts(settings)
    const built = entry.build({ settings, learner: parts.learner.entry.facts(parts.learner.settings), backend: reference })
    expect(built.name).toBe(entry.kind)
    expect({ needs: built.needs, probes: built.probes }).toEqual(facts)
  })

  test.each(gradientOuters)('the same for those that need a policy gradient: %j', (outer) => {
    const robot = { kind: 'env', env: { id: 'Robot-v1' } }
    const config = resolved({ ...least, task: robot, learner: { kind: 'a2c' }, outer })
    const { entry, settings } = outerOf(registry, config.outer)
    const learner = learnerOf(registry, config.learner)
    const built = entry.build({ settings, learner: learner.entry.facts(learner.settings), backend: reference })
    expect(built.name).toBe(entry.kind)
    expect({ needs: built.needs, probes: built.probes }).toEqual(entry.facts(settings))
    const refused = resolveConfig({ ...least, outer }, registry) // of vanilla ES
    const lacking = { path: 'outer.kind', hint: expect.stringContaining('policy-gradient') as string }
    expect(refused).toMatchObject({ left: expect.arrayContaining([expect.objectContaining(lacking)]) as unknown })
  })

  test.each([
    ['es-meta-rl', { ...esMetaRlDefaults, ...esMetaRlHyperDefaults }, (info: TaskInfo) => esMetaRl(esMetaRlDefaults, info, reference)],
    ['es-a2c', { ...esA2cDefaults, ...esA2cHyperDefaults }, (info: TaskInfo) => esA2c(esA2cDefaults, info, reference)],
  ] as const)('the same for %s, on a task that the learner expects', async (kind, defaults, learnerOn) => {
    const families = { ...registry, envs: envEntries, families: taskFamilies }
    const config = resolveConfig({ ...least, task: { kind: 'env', env: { id: 'navigation' } }, learner: { kind }, outer: { kind: 'fixed' } }, families)
    if (config._tag === 'Left') throw new Error(JSON.stringify(config.left))
    const { entry, settings } = learnerOf(families, config.right.learner)
    const facts = entry.facts(settings)
    const site = await openSite({ envs: envEntries, problems: [], backend: reference }, [config.right.task])
    const info = taskInfo(config.right.task, site.opened(config.right.task), taskFamilies)
    const built = entry.build({ settings, task: info, backend: reference })
    expect(settings).toMatchObject(defaults)
    expect(learnerOn(info).name).toBe(entry.kind)
    expect({ name: built.name, space: built.space, provides: built.provides, probes: built.probes }).toEqual({ name: entry.kind, space: facts.space, provides: facts.provides, probes: facts.probes })
    expect(facts).toMatchObject({ popsize: 64, gradientHistory: 0 })
    site.close()
  })

  test('outer levels whose learning rate would not move a policy are refused', () => {
    const robot = { kind: 'env', env: { id: 'Robot-v1' } }
    const problems = (outer: object) => resolveConfig({ ...least, task: robot, learner: { kind: 'trpo' }, outer }, registry)
    expect(problems({ kind: 'hoof' })).toMatchObject({ left: [{ path: 'outer.tries', expected: expect.stringContaining('maxKl') }] })
    expect(problems({ kind: 'hoof', tries: 'maxKl' })).toMatchObject({ _tag: 'Right' })
    expect(problems({ kind: 'tmg' })).toMatchObject({ left: [{ path: 'outer', expected: expect.stringContaining('moves its policy') }] })
  })

  test.each<[string, object, object]>([
    ['vanilla-es', {}, vanillaEsDefaults],
    ['vanilla-es', bierlCodeVanillaEs, bierlCodeVanillaEs],
    ['bierl-pm', {}, bierlPmDefaults],
    ['bierl-pm', bierlPmPaper, bierlPmPaper],
    ['bierl-pm', bierlPmCode, bierlPmCode],
    ['bierl-npm', {}, bierlNpmDefaults],
    ['bierl-npm', bierlNpmPaper, bierlNpmPaper],
    ['bierl-npm', bierlNpmCode, bierlNpmCode],
  ])('settings of %s arrive as the constructor defines them (%#)', (kind, written, options) => {
    const parts = kind === 'vanilla-es' ? partsOf({ kind: 'fixed' }, { kind, ...written }) : partsOf({ kind, ...written })
    const { settings } = kind === 'vanilla-es' ? parts.learner : parts.outer
    expect(settings).toMatchObject(options)
  })

  test("tuned dimensions stand in the order of the learner's space, whatever the order of the config", () => {
    const { entry, settings } = partsOf({ kind: 'fixed' }).learner
    const facts = entry.facts(settings)
    const sigma = { low: 0.02, high: 0.08, scale: 'linear' } as const
    const learningRate = { low: 0.016, high: 0.024, scale: 'log' } as const
    const tuning = tuningOf({ learningRate, sigma }, facts)
    expect(tuning).toStrictEqual(tuningOf({ sigma, learningRate }, facts))
    expect(tuning.dimensions).toEqual([
      { name: 'sigma', kind: 'continuous', ...sigma },
      { name: 'learningRate', kind: 'continuous', ...learningRate },
    ])
    expect(tuningOf({ learningRate }, facts).fixed).toEqual({ sigma: 0.05 })
  })

  test('a schedule that names one value leaves the other to the learner', () => {
    const parts = partsOf({ kind: 'schedule', rows: [{ step: 0, hyper: { sigma: 0.1 } }] }, { kind: 'vanilla-es', learningRate: 0.3 })
    const scheduler = parts.outer.entry.build({ settings: parts.outer.settings, learner: parts.learner.entry.facts(parts.learner.settings), backend: reference })
    const [proposal] = scheduler.propose({ hi: 0, lo: 0 }, scheduler.init({ hi: 0, lo: 0 }), 0, [null])
    expect(proposal).toEqual({ kind: 'use', hyper: { sigma: 0.1, learningRate: 0.3 } })
  })
})
