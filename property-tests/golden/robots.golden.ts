/**
 * Frozen episodes of the MuJoCo environments: the digest of what each shows over 200 random steps, episodes of several ends included.
 * They change only when an environment, its engine or the random streams change; then the changelog says so.
 */
import { expect, test } from 'vitest'
import { mujocoEntries } from '../../envs/mujoco/index.ts'
import { canonicalFloat64Bytes, sha256Hex } from '../../src/core/digest.ts'
import type { EnvEntry } from '../../src/core/env.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { sample, sizeOf } from '../../src/core/space.ts'

const key = rootKey('golden robots')
const steps = 200

/** Digest of observations, rewards and flags; a new episode starts where one ends. */
const digestOf = async (entry: EnvEntry): Promise<string> => {
  const env = await entry.open({})
  const live = env.live()
  const obs = new Float64Array(sizeOf(env.spec.observationSpace))
  const numbers: number[] = []
  let ended = true
  for (let t = 0; t < steps; t++) {
    if (ended) {
      live.reset(foldIn(key, steps + t), obs)
      numbers.push(...obs)
    }
    const keyStep = foldIn(key, t)
    live.step(keyStep, sample(keyStep, env.spec.actionSpace), obs)
    ended = live.terminated || live.truncated
    numbers.push(...obs, live.reward, Number(live.terminated), Number(live.truncated))
  }
  env.close()
  return `${numbers.length} ${sha256Hex(canonicalFloat64Bytes(Float64Array.from(numbers))).slice(0, 16)}`
}

test('episodes of the robots', async () => {
  const digests: Record<string, string> = {}
  for (const entry of mujocoEntries) digests[entry.id] = await digestOf(entry)
  expect(digests).toMatchInlineSnapshot(`
    {
      "Ant-v5": "21810 a79f58b4da7f79bf",
      "HalfCheetah-v5": "4017 5e88d6d362783778",
      "Hopper-v5": "2921 aee9804a4ecf0bd0",
      "Humanoid-v5": "73680 d5c3e07d0198e8af",
      "HumanoidStandup-v5": "70548 0573e41641455722",
      "InvertedDoublePendulum-v5": "2688 dab8fcc853418558",
      "InvertedPendulum-v5": "1536 af8aad047552c605",
      "Pusher-v5": "5246 eecd9526c2a8cc83",
      "Reacher-v5": "2640 e0cf461888e237dd",
      "Swimmer-v5": "2208 5abb870bef4fcb9c",
      "Walker2d-v5": "4187 96fe022f36288e87",
    }
  `)
})
