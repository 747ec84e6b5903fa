/**
 * Wrappers in a config: resolved, refused all at once with hints, kept in manifests, and opened as they are named.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { reference } from '../../backends/reference/index.ts'
import { envEntries, frameStack, rescaleAction, timeLimit, wrapperEntries } from '../../envs/index.ts'
import { recordEpisode, stepDifference } from '../../src/core/env-record.ts'
import type { Env, EnvRef } from '../../src/core/env.ts'
import type { Task } from '../../src/core/job.ts'
import { rootKey } from '../../src/core/rng.ts'
import { defineWrapper, openEnv } from '../../src/core/wrapper.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { configJsonSchema, resolveConfig } from '../../src/run/config.ts'
import { encodeManifest } from '../../src/run/manifest.ts'
import { extendRegistry } from '../../src/run/registry.ts'
import { least, manifestWith, registry, resolved } from './config-samples.ts'

const taskWith = (wrappers: unknown): object => ({ kind: 'env', env: { id: 'Robot-v1', wrappers } })
const configWith = (wrappers: unknown): object => ({ ...least, task: taskWith(wrappers) })

const problemsOf = (config: unknown) => {
  const result = resolveConfig(config, registry)
  return result._tag === 'Left' ? result.left : []
}

const envOf = (config: object): EnvRef => {
  const { task } = resolved(config)
  if (task.kind !== 'env') throw new Error('not an environment')
  return task.env
}

describe('a config with wrappers', () => {
  test('gets the defaults of their settings, in order', () => {
    const ref = envOf(configWith([{ kind: 'time-limit', steps: 100 }, { kind: 'rescale-action' }, { kind: 'frame-stack', size: 2 }, { kind: 'clip-action' }]))
    expect(ref.wrappers).toEqual([{ kind: 'time-limit', steps: 100 }, { kind: 'rescale-action', low: -1, high: 1 }, { kind: 'frame-stack', size: 2 }, { kind: 'clip-action' }])
  })

  test('that names none says nothing of them, so that it is the config that it always was', () => {
    expect(Object.keys(envOf({ ...least, task: { kind: 'env', env: { id: 'Robot-v1' } } }))).toEqual(['id', 'options'])
  })

  test('resolves to itself, through a manifest too', () => {
    const frozen = [2, 0.5, 1, 3, 4]
    const task = taskWith([{ kind: 'time-limit', steps: 7 }, { kind: 'normalise-observation', frozen, clip: 5 }, { kind: 'normalise-reward', frozen: [1, 0, 2], gamma: 0.9 }])
    const config = resolved({ ...least, task })
    expect(resolved(config)).toStrictEqual(config)
    const manifest = manifestWith({ task })
    expect(resolved(JSON.parse(encodeManifest(manifest)))).toStrictEqual(manifest.config)
  })

  test.each<[string, unknown, string, string, string]>([
    ['a mistyped kind', [{ kind: 'time-limt' }], '0.kind', 'one of "time-limit", "clip-action"', 'did you mean "time-limit"?'],
    ['no kind', [{ steps: 3 }], '0.kind', 'one of "time-limit"', ''],
    ['a mistyped setting', [{ kind: 'time-limit', step: 3 }], '0.step', 'one of the names kind, steps', 'did you mean "steps"?'],
    ['a setting of another kind', [{ kind: 'time-limit', steps: 'many' }], '0.steps', 'a number', ''],
    ['a limit that is none', [{ kind: 'clip-action' }, { kind: 'time-limit', steps: 2.5 }], '1.steps', 'a positive integer', ''],
    ['bounds upside down', [{ kind: 'rescale-action', low: 2 }], '0.high', 'more than low, which is 2', ''],
    ['a stack of nothing', [{ kind: 'frame-stack', size: 0 }], '0.size', 'a positive integer', ''],
    ['statistics that an episode would begin anew', [{ kind: 'normalise-observation' }], '0.frozen', 'statistics [count, means …', 'normaliseObs'],
    ['rewards likewise', [{ kind: 'normalise-reward' }], '0.frozen', 'statistics [count, means …', 'give those of an earlier run'],
    ['statistics that are none', [{ kind: 'normalise-reward', frozen: [1, 2] }], '0.frozen', 'finite numbers', ''],
    ['negative squares', [{ kind: 'normalise-reward', frozen: [1, 2, -1] }], '0.frozen', 'not negative', ''],
    ['a discount beyond 1', [{ kind: 'normalise-reward', frozen: [1, 2, 1], gamma: 2 }], '0.gamma', 'from 0 to 1', ''],
    ['no list', { kind: 'time-limit' }, '', 'a list', 'innermost'],
    ['an empty list', [], '', 'at least 1 entries', 'left out for none'],
  ])('is refused for %s', (_, wrappers, path, expected, hint) => {
    const problems = problemsOf(configWith(wrappers))
    expect(problems.map((problem) => problem.path)).toEqual([path === '' ? 'task.env.wrappers' : `task.env.wrappers.${path}`])
    const [problem] = problems
    expect(problem._tag).toBe('ConfigProblem')
    expect(problem.expected).toContain(expected)
    expect(problem.hint).toContain(hint)
    expect(problem.received).not.toBe('')
  })

  test('is told all its problems at once, those of several wrappers and of the rest', () => {
    const wrappers = [{ kind: 'time-limit', steps: 0, size: 2 }, { kind: 'stack' }, { kind: 'normalise-reward', gama: 1, clip: 0, gamma: -1 }]
    expect(problemsOf({ ...configWith(wrappers), sed: 1, learner: { kind: 'vanilla-es', popsize: 3 } }).map(({ path }) => path).sort()).toEqual([
      'learner.popsize',
      'sed',
      'task.env.wrappers.0.size',
      'task.env.wrappers.0.steps',
      'task.env.wrappers.1.kind',
      'task.env.wrappers.2.clip',
      'task.env.wrappers.2.frozen',
      'task.env.wrappers.2.gama',
      'task.env.wrappers.2.gamma',
    ])
  })

  test('is described to editors', () => {
    const check = z.fromJSONSchema(configJsonSchema(registry) as Parameters<typeof z.fromJSONSchema>[0])
    expect(check.safeParse(configWith([{ kind: 'time-limit', steps: 3 }])).success).toBe(true)
    expect(check.safeParse(configWith([{ kind: 'time-limit', step: 3 }])).success).toBe(false)
    expect(check.safeParse(configWith([{ kind: 'limit' }])).success).toBe(false)
  })

  test('is shown in the README as it is accepted', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const [, shown] = /`(env: \{ id: Pendulum-v1, wrappers: [^`]*)`/.exec(readme) ?? []
    const config = { ...least, task: { kind: 'env', ...(parse(shown) as object) } }
    expect(resolveConfig(config, { ...registry, envs: envEntries })).toMatchObject({ right: { task: { env: { wrappers: [{ steps: 100 }, { low: -1, high: 1 }] } } } })
    for (const { kind } of wrapperEntries) expect(readme).toContain(`\`${kind}\``)
  })

  test('can name a wrapper of a user, and a kind that is taken stays the first one\'s', () => {
    const own = defineWrapper({ kind: 'mine', title: 'Mine', source: 'test', settings: { factor: 2 }, problems: () => [], wrap: (env) => env })
    const shadow = { ...own, kind: 'time-limit' }
    const known = extendRegistry(registry, [{ wrappers: [own, shadow] }])
    expect(resolveConfig(configWith([{ kind: 'mine' }, { kind: 'time-limit' }]), known)).toMatchObject({
      right: { task: { env: { wrappers: [{ kind: 'mine', factor: 2 }, { kind: 'time-limit', steps: 1000 }] } } },
    })
  })
})

describe('what a config names', () => {
  const key = rootKey('wrapper config')
  const sources = { envs: envEntries, wrappers: wrapperEntries }
  const ref: EnvRef = {
    id: 'Pendulum-v1',
    options: {},
    wrappers: [{ kind: 'time-limit', steps: 9 }, { kind: 'rescale-action', low: -1, high: 1 }, { kind: 'frame-stack', size: 2 }],
  }

  test('is opened with its wrappers, the first one innermost', async () => {
    const env = await openEnv(sources, ref)
    const bare = await openEnv(sources, { id: 'Pendulum-v1', options: {} })
    const byHand = frameStack(rescaleAction(timeLimit(bare, { steps: 9 }), { low: -1, high: 1 }), { size: 2 }) as Env
    expect(env.spec).toEqual(byHand.spec)
    const episode = recordEpisode(env, key, 20, 'random')
    let step = byHand.reset(episode.keyReset)
    expect(stepDifference(byHand, episode.steps[0], step)).toBeNull()
    episode.actions.forEach((action, t) => {
      step = byHand.step(episode.keys[t], step.state, action)
      expect(stepDifference(byHand, episode.steps[t + 1], step)).toBeNull()
    })
    expect(episode.steps.length).toBe(10)
  })

  test('is closed again where a wrapper does not fit, and the message names both', async () => {
    let closed = 0
    const watched = envEntries.map((entry) => ({
      ...entry,
      open: async (options: Parameters<typeof entry.open>[0]) => {
        const env = await entry.open(options)
        return { ...env, close: () => closed++ }
      },
    }))
    const opening = openEnv({ envs: watched, wrappers: wrapperEntries }, { id: 'CartPole-v1', options: {}, wrappers: [{ kind: 'clip-action' }] })
    await expect(opening).rejects.toThrow('clip-action: expected an environment with continuous actions, received CartPole-v1, which has 2 discrete ones')
    expect(closed).toBe(1)
    const long = openEnv(sources, { id: 'Pendulum-v1', options: {}, wrappers: [{ kind: 'time-limit', steps: 500 }] })
    await expect(long).rejects.toThrow('time-limit.steps: expected at most 200, where Pendulum-v1 ends by itself, received 500')
    const mistyped = openEnv(sources, { id: 'Pendulum-v1', options: {}, wrappers: [{ kind: 'frame-stack', siz: 1 }] })
    await expect(mistyped).rejects.toThrow('did you mean "size"?')
    const wrongLength = openEnv(sources, { id: 'Pendulum-v1', options: {}, wrappers: [{ kind: 'normalise-observation', frozen: [1, 2, 3] }] })
    await expect(wrongLength).rejects.toThrow('normalise-observation.frozen: expected 7 finite numbers')
    await expect(openEnv(sources, { id: 'Pendulum-v1', options: {}, wrappers: [{ kind: 'nothing' }] })).rejects.toThrow(/not in the registry/)
  })

  test('is what a site executes: two tasks that differ in a wrapper only are two environments', async () => {
    const task = (wrappers: EnvRef['wrappers']): Task => {
      const env = { id: ref.id, ...(wrappers === undefined ? {} : { wrappers }) }
      const config = resolveConfig({ ...least, task: { kind: 'env', env } }, { ...registry, envs: envEntries })
      if (config._tag === 'Left') throw new Error(JSON.stringify(config.left))
      return config.right.task
    }
    const tasks = [task(undefined), task([{ kind: 'time-limit', steps: 9 }]), task(ref.wrappers)]
    const site = await openSite({ ...sources, problems: [], backend: reference }, tasks)
    expect(tasks.map((each) => site.opened(each)).map((opened) => (opened.kind === 'env' ? [opened.spec.timeLimit, opened.spec.observations.length] : []))).toEqual([[200, 3], [9, 3], [9, 6]])
    site.close()
    await expect(openSite({ envs: envEntries, problems: [], backend: reference }, [tasks[1]])).rejects.toThrow(/not in the registry/)
  })
})
