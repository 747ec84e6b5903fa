/**
 * Pairs of outer level and learner that no paper tried, as whole runs: the same digest for any number of workers and after an interruption.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bilevel, digestOf, requireBuild, sizeOfFile, start, until, workshop } from './program.ts'

const shop = workshop()
const run = (...args: readonly string[]) => bilevel(shop.path, ...args)

const cartPole = { kind: 'env', env: { id: 'CartPole-v1' }, policy: { kind: 'categorical', hidden: [16] } }
const pendulum = { kind: 'env', env: { id: 'Pendulum-v1' }, policy: { hidden: [8] } }
const es = { kind: 'vanilla-es', popsize: 10 }

const pairs = {
  'bierl-npm over ppo': {
    task: cartPole,
    learner: { kind: 'ppo', steps: 128, envs: 2, groups: 2, epochs: 3, minibatches: 4, rewardScaling: null },
    outer: {
      kind: 'bierl-npm',
      interval: 4,
      metaFirst: true,
      guidedPoints: 1,
      tune: { learningRate: { low: 1e-5, high: 1e-2, scale: 'log' }, minibatches: { low: 2, high: 8 } },
      lookAhead: { kind: 'one-step' },
      search: { initialPoints: 4 },
    },
    budget: { envSteps: 12_000 },
  },
  'pb2 over vanilla es': {
    task: pendulum,
    learner: es,
    outer: { kind: 'pb2', members: 4, readyEvery: 2200, tune: { sigma: { low: 0.02, high: 0.2, scale: 'log' }, learningRate: { low: 0.005, high: 0.05, scale: 'log' } }, search: { starts: 2 } },
    budget: { steps: 9 },
  },
  'ucb over vanilla es': { task: pendulum, learner: es, outer: { kind: 'bandit', grid: { sigma: { kind: 'around' }, learningRate: { kind: 'around' } } }, budget: { steps: 25 } },
}

beforeAll(requireBuild)
afterAll(shop.remove)

describe.each(Object.entries(pairs))('%s', (name, config) => {
  test('has the same digest with two workers as with one, stopped and resumed', async () => {
    const file = `${name.replaceAll(' ', '-')}.json`
    const log = (run: string): number => sizeOfFile(join(shop.at(`${run}-${file}`), 'events.jsonl'))
    writeFileSync(shop.at(file), JSON.stringify({ name: 'pair', seed: 'pairs', checkpoint: { every: 5, keep: 2 }, ...config }))
    expect(await run('train', file, '--out', `whole-${file}`, '--workers', '2')).toMatchObject({ code: 0 })

    const running = start(shop.path, ['train', file, '--out', `cut-${file}`, '--workers', '1'])
    await until(running, () => log('cut') > log('whole') / 5)
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
    expect((await run('resume', `cut-${file}`, '--workers', '1')).code).toBe(0)
    expect(digestOf(shop.at(`cut-${file}`))).toBe(digestOf(shop.at(`whole-${file}`)))
  })
})
