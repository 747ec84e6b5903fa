/**
 * Environments of a user's own module through the command line: simulators that diverge end episodes and are counted, models and
 * functions that are wrong give one clear error, and `check` tells which laws are broken.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { environmentLaws } from '../../src/core/env-laws.ts'
import { parseEvents } from '../../src/run/events.ts'
import type { StepEvent } from '../../src/experiment/experiment.ts'
import { bilevel, digestOf, requireBuild, workshop } from './program.ts'

const MODULE = fileURLToPath(new URL('./modules/own-robot.mjs', import.meta.url))
const laws = Object.keys(environmentLaws).length
const shop = workshop()
const run = (...args: readonly string[]) => bilevel(shop.path, ...args)

/** A config for environment `id`; some of its actions leave ±2, where Wild-v0 diverges, in a part of all episodes. */
const configFor = (id: string, learner: object = { kind: 'vanilla-es', popsize: 12 }, budget: object = { steps: 4 }): string => {
  const task = { kind: 'env', env: { id }, policy: { hidden: [4], initialLogStd: -0.5 } }
  writeFileSync(shop.at(`${id}.yaml`), JSON.stringify({ name: id, task, learner, outer: { kind: 'fixed' }, budget, modules: [MODULE] })) // JSON is YAML
  return `${id}.yaml`
}

const stepsOf = (directory: string): readonly StepEvent[] => {
  const log = parseEvents(readFileSync(shop.at(`${directory}/events.jsonl`)))
  if (log._tag === 'Left') throw new Error(log.left.received)
  return log.right.events.filter((event) => event.type === 'step')
}

beforeAll(requireBuild)
afterAll(shop.remove)

describe('a simulator that diverges', () => {
  test('ends its episodes, is counted in the events, and changes nothing for the next job of its worker', async () => {
    const config = configFor('Wild-v0')
    for (const workers of ['0', '2']) {
      const trained = await run('train', config, '--out', `wild${workers}`, '--workers', workers)
      expect(trained.code, trained.err).toBe(0)
    }
    const steps = stepsOf('wild0')
    for (const { unstable, episodes, metrics } of steps) {
      expect(unstable).toBeGreaterThan(0)
      expect(unstable).toBeLessThan(episodes)
      // candidates alone: an evaluation episode may diverge as well
      expect(metrics.notFinite).toBeLessThanOrEqual(unstable)
      expect(metrics.fitnessMean).toBeLessThan(0)
    }
    // Other worker counts give other successions of good and diverged episodes on each simulator.
    expect(digestOf(shop.at('wild2'))).toBe(digestOf(shop.at('wild0')))
    const telemetry = readFileSync(shop.at('wild2/telemetry.jsonl'), 'utf8')
    expect(telemetry.match(/"crashes":\d+/g)).toEqual(steps.map(() => '"crashes":0'))
    expect((await run('verify', 'wild2', '--workers', '1')).code).toBe(0)
  })
})

describe('a simulator that diverges in the middle of a rollout', () => {
  test('is reset and counted, and spoils neither rewards nor losses of a policy gradient', async () => {
    const config = configFor('Wild-v0', { kind: 'ppo', envs: 2, steps: 64, epochs: 1, minibatches: 4 }, { envSteps: 1500 })
    for (const workers of ['0', '2']) {
      const trained = await run('train', config, '--out', `torn${workers}`, '--workers', workers)
      expect(trained.code, trained.err).toBe(0)
    }
    const steps = stepsOf('torn0')
    expect(steps.some(({ unstable }) => unstable > 0)).toBe(true)
    const losses = steps.flatMap(({ metrics }) => ('totalLoss' in metrics ? [metrics.totalLoss] : []))
    expect(losses.length).toBeGreaterThan(5)
    expect(losses.filter((loss) => !Number.isFinite(loss))).toEqual([])
    expect(digestOf(shop.at('torn2'))).toBe(digestOf(shop.at('torn0')))
  })
})

describe('one clear error and no run for', () => {
  test('a malformed model: the element, the line, and exit code 2', async () => {
    const { code, out, err } = await run('train', configFor('Crooked-v0'), '--workers', '2')
    expect([code, out]).toEqual([2, ''])
    expect(err).toBe(
      "error: Crooked-v0: model: expected MJCF that MuJoCo compiles, received an error: Schema violation: unrecognized attribute: 'siz' " +
        "Element 'geom', line 5; the line counts from the start of the model text\n",
    )
    expect(existsSync(shop.at('runs'))).toBe(false)
  })

  test('a model that nothing drives', async () => {
    const { code, err } = await run('train', configFor('Idle-v0'), '--workers', '0')
    expect([code, err]).toEqual([2, expect.stringContaining('Idle-v0: model: expected at least one actuator, received none; add <actuator>')])
    expect(existsSync(shop.at('runs'))).toBe(false)
  })

  test('a function that fails: which episode, and what it said', async () => {
    const { code, err } = await run('train', configFor('Lost-v0'), '--workers', '1', '--out', 'lost')
    expect(code).toBe(4)
    expect(err).toContain('Lost-v0: body: expected a body of the model, received "car"; did you mean "cart"?')
    expect(err).toContain("episode of 'Lost-v0' with key")
  })
})

describe('check', () => {
  test('passes an environment that keeps the laws', async () => {
    expect(await run('check', MODULE, 'Cart-v0')).toEqual({ code: 0, signal: null, out: `Cart-v0 keeps all ${laws} laws of environments\n`, err: '' })
  })

  test('names each law that is broken, with what was seen and what to do, and exits with code 1', async () => {
    const { code, out, err } = await run('check', MODULE, 'Wild-v0', 'Cart-v0')
    expect([code, err]).toEqual([1, ''])
    expect(out).toMatch(new RegExp(`^Cart-v0 keeps all ${laws} laws of environments\\nWild-v0 breaks \\d of ${laws} laws of environments\\n`))
    expect(out).toMatch(/\n {2}error \(reward-finite\): episode \d, step \d+: reward is NaN\n {4}A reward/)
  })

  test('goes on behind an environment that cannot be opened', async () => {
    const { code, out, err } = await run('check', MODULE)
    expect(code).toBe(2)
    expect(out.match(/^\S+ (keeps|breaks)/gm)).toEqual(['Cart-v0 keeps', 'Wild-v0 breaks', 'Lost-v0 breaks'])
    expect(err).toMatch(/^error: Crooked-v0 cannot be opened\n.*line 5;.*\nIdle-v0 cannot be opened\n/)
  })

  test('tells of an entry that says nothing of discrete actions', async () => {
    const coins = fileURLToPath(new URL('./modules/coins.mjs', import.meta.url))
    const { code, out, err } = await run('check', coins)
    const verdict = (id: string): string => `${id} keeps all ${laws} laws of environments\n  note (reset-varies): the start does not depend on the key\n`
    const note = "  note (entry): its entry says that actions are 'box', and they are 'discrete'; say actions: 'discrete' beside the id, so that configs may leave the kind of policy open\n"
    expect([code, out, err]).toEqual([0, verdict('Coin-v0') + note + verdict('ToldCoin-v0'), ''])
  })

  test('knows the names of the module, and says what a module without environments lacks', async () => {
    expect(await run('check', MODULE, 'Carte-v0')).toMatchObject({ code: 2, err: expect.stringContaining("has no environment 'Carte-v0'; did you mean 'Cart-v0'?") })
    writeFileSync(shop.at('empty.mjs'), 'export const bilevel = {}\n')
    expect(await run('check', './empty.mjs')).toMatchObject({ code: 2, err: expect.stringContaining('adds no environment') })
    expect(await run('check', './nowhere.mjs')).toMatchObject({ code: 4, err: expect.stringContaining('nowhere.mjs') })
  })
})

describe('a family of tasks of one\'s own', () => {
  const FAMILY = fileURLToPath(new URL('./modules/own-family.mjs', import.meta.url))
  const metaConfig = (id: string): string => {
    const task = { kind: 'env', env: { id }, policy: { hidden: [4] } }
    const learner = { kind: 'es-meta-rl', workers: 4, draws: 2, tasks: 2, criticHidden: [4] }
    writeFileSync(shop.at(`${id}.yaml`), JSON.stringify({ name: id, task, learner, outer: { kind: 'fixed' }, budget: { steps: 3 }, modules: [FAMILY] }))
    return `${id}.yaml`
  }

  test('is listed, learnt on by any number of workers, verified, and adapted to', async () => {
    expect((await run('list', '--module', FAMILY)).out).toMatch(/families of tasks\n(.*\n)* {2}Slide-v0 +A slide to a goal/)
    const config = metaConfig('Slide-v0')
    for (const workers of ['0', '2']) {
      const trained = await run('train', config, '--out', `slide${workers}`, '--workers', workers)
      expect(trained.code, trained.err).toBe(0)
    }
    expect(digestOf(shop.at('slide2'))).toBe(digestOf(shop.at('slide0')))
    expect((await run('verify', 'slide2', '--workers', '1')).code).toBe(0)
    expect((await run('adapt', 'slide0', '--tasks', '3', '--workers', '0')).out).toContain('mean return of 3 new tasks')
  })
  test('whose tasks cannot be opened ends the run with one clear error', async () => {
    for (const workers of ['0', '2']) {
      const trained = await run('train', metaConfig('BrokenSlide-v0'), '--out', `broken${workers}`, '--workers', workers)
      expect([trained.code, trained.err]).toEqual([4, expect.stringContaining('BrokenSlide-v0: option "goal" must be at most 2, received 3')])
    }
  })
})
