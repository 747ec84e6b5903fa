/** Vectorised environments against separate ones, for environments of every engine and behind wrappers. */
import { afterAll, beforeAll, describe, test } from 'vitest'
import { envEntries, frameStack, normaliseReward, timeLimit } from '../../envs/index.ts'
import type { Env } from '../../src/core/env.ts'
import { vectorise } from '../../src/core/vector-env.ts'
import { vectorLaws } from '../laws/vector-env.ts'
import { healthyEnv } from '../mutants/envs.ts'

const short = (env: Env): Env => timeLimit(env, { steps: 12 }) as Env

const subjects: readonly (readonly [string, () => Promise<Env>])[] = [
  ['a drifting point', async () => healthyEnv() as Env],
  ...['Pendulum-v1', 'CartPole-v1', 'LunarLanderContinuous-v3', 'Hopper-v5'].map((id) => {
    const open = async (): Promise<Env> => {
      const entry = envEntries.find((each) => each.id === id)
      if (entry === undefined) throw new Error(`no environment ${id}`)
      return short(await entry.open({}))
    }
    return [id, open] as const
  }),
  ['wrapped by more', async () => normaliseReward(frameStack(short(healthyEnv() as Env), { size: 2 })) as Env],
]

describe.each(subjects)('copies of %s', (_, open) => {
  let env: Env
  beforeAll(async () => {
    env = await open()
  })
  afterAll(() => env.close())

  test.each(vectorLaws.map(({ name, check }) => [name, check] as const))('%s', (_name, check) => check(vectorise, () => env))
})
