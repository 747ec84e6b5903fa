/**
 * The shipped check of an environment, and the constructor of environments from pure functions.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkEnv } from '../../src/core/check-env.ts'
import { recordEpisode } from '../../src/core/env-record.ts'
import { InvariantError } from '../../src/core/invariant.ts'
import { pureEnv, vectorCodec } from '../../src/core/pure-env.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { envLaws } from '../laws/env.ts'
import { brokenEnvs, healthyEnv } from '../mutants/envs.ts'

const root = rootKey('check-env')

envLaws('a healthy environment', async () => healthyEnv())

describe('checkEnv', () => {
  test('is deterministic in its key', () => {
    const [, open] = brokenEnvs['leaks state between episodes']
    expect(checkEnv(open(), root)).toEqual(checkEnv(open(), root))
  })

  test('names law, place and remedy in words', () => {
    const [, open] = brokenEnvs['rewards with NaN']
    expect(checkEnv(open(), root)).toContainEqual({
      severity: 'error',
      law: 'reward-finite',
      message: 'episode 0, step 1: reward is NaN',
      hint: 'A reward that is not finite spoils every return it enters; end the episode as terminated instead.',
    })
  })

  test('reports a law at most once per severity', () => {
    for (const [, open] of Object.values(brokenEnvs)) {
      const names = checkEnv(open(), root).map(({ law, severity }) => `${law} ${severity}`)
      expect(new Set(names).size).toBe(names.length)
    }
  })

  test('says so when a law could not be exercised', () => {
    const notes = checkEnv(healthyEnv(), root, { steps: 1, limitSteps: 3 })
    expect(notes.map(({ law, severity }) => [law, severity])).toEqual([
      ['time-limit', 'note'],
      ['no-auto-reset', 'note'],
    ])
  })

  test('turns what a law throws into a finding', () => {
    const env = healthyEnv()
    const broken = {
      ...env,
      decode: () => {
        throw new Error('cannot read this')
      },
    }
    expect(checkEnv(broken, root)).toContainEqual(expect.objectContaining({ law: 'snapshot', severity: 'error', message: 'threw Error: cannot read this' }))
  })
})

describe('pureEnv', () => {
  test('refuses a step after the end on both faces, and goes on after restoring', () => {
    const env = healthyEnv()
    const { steps, keys, actions } = recordEpisode(env, root, 100, 'idle')
    const last = steps[steps.length - 1]
    expect(last.step.truncated).toBe(true)
    expect(() => env.step(root, last.step.state, actions[0])).toThrow(InvariantError)
    const live = env.live()
    const obs = new Float64Array(2)
    live.restore(last.bytes)
    expect([live.truncated, live.terminated, live.reward]).toEqual([true, false, 0])
    expect(() => live.step(root, actions[0], obs)).toThrow(InvariantError)
    live.restore(steps[3].bytes)
    expect([live.truncated, live.terminated]).toEqual([false, false])
    live.step(keys[3], actions[3], obs)
    expect(obs).toEqual(steps[4].obs)
  })

  test('a refused action names environment, index and value', () => {
    const env = healthyEnv()
    const { state } = env.reset(root)
    expect(() => env.step(root, state, Float64Array.of(NaN))).toThrow('drifting-point: action[0]: expected a finite number, received NaN')
    expect(() => env.step(root, state, new Float64Array(2))).toThrow('drifting-point: action: expected 1 numbers, received 2')
  })

  test('an observation that does not fit the space is refused by the fast path, not copied in part', () => {
    const { spec } = healthyEnv()
    const state = new Float64Array(0)
    const live = pureEnv({ spec, reset: () => ({ state, obs: new Float64Array(1) }), step: () => ({ state, obs: state, reward: 0, terminated: false }), ...vectorCodec(0) }).live()
    expect(() => live.reset(root, new Float64Array(2))).toThrow('drifting-point: observation: expected 2 numbers, received 1; its functions do not fit')
  })

  test('both flags may be true', () => {
    const env = healthyEnv()
    const nearEnd = { ...env.reset(root).state, elapsed: 11, inner: Float64Array.of(0.79, 0) }
    const step = env.step(root, nearEnd, Float64Array.of(1))
    expect([step.terminated, step.truncated]).toEqual([true, true])
  })

  test('vectors survive their encoding, bit for bit and at any place of a buffer', () => {
    const codec = vectorCodec(3)
    const number = fc.double()
    fc.assert(
      fc.property(number, number, number, fc.nat(7), (a, b, c, offset) => {
        const bytes = codec.encode(Float64Array.of(a, b, c))
        const moved = new Uint8Array(bytes.length + offset)
        moved.set(bytes, offset)
        expect([...codec.decode(moved.subarray(offset))].map((x, i) => Object.is(x, [a, b, c][i]))).toEqual([true, true, true])
      }),
      { seed: 42, numRuns: 200 },
    )
    expect(() => codec.decode(new Uint8Array(25))).toThrow(RangeError)
  })

  test('copies of an environment share nothing', () => {
    const env = healthyEnv()
    const [one, other] = [env.live(), env.live()]
    const [a, b] = [new Float64Array(2), new Float64Array(2)]
    one.reset(foldIn(root, 0), a)
    other.reset(foldIn(root, 1), b)
    const before = one.save()
    other.step(root, Float64Array.of(1), b)
    expect(one.save()).toEqual(before)
  })
})
