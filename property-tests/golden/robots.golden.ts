/**
 * Frozen episodes of the MuJoCo environments: the digest of what each shows over 200 random steps, episodes of several ends included.
 * They change only when an environment, its engine or the random streams change; then the changelog says so.
 */
import { expect, test } from 'vitest'
import { mujocoEntries } from '../../envs/mujoco/index.ts'
import { taskEntries } from '../../envs/tasks/index.ts'
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
  for (const entry of [...mujocoEntries, ...taskEntries]) digests[entry.id] = await digestOf(entry)
  expect(digests).toMatchInlineSnapshot(`
    {
      "Ant-v2": "22911 c77580e0eb28e4cb",
      "Ant-v4": "6054 6a4e826f047d54c6",
      "Ant-v5": "21810 a79f58b4da7f79bf",
      "HalfCheetah-v2": "4017 c0decfaf2383ee45",
      "HalfCheetah-v4": "4017 5e88d6d362783778",
      "HalfCheetah-v5": "4017 5e88d6d362783778",
      "Hopper-v2": "2921 8c55510a451542a1",
      "Hopper-v4": "2921 78bd964732ae9a51",
      "Hopper-v5": "2921 aee9804a4ecf0bd0",
      "Humanoid-v2": "79560 e978a4d8b5e570ef",
      "Humanoid-v4": "79560 9b23bab168624aa0",
      "Humanoid-v5": "73680 d5c3e07d0198e8af",
      "HumanoidStandup-v2": "76176 70370ce3f2430428",
      "HumanoidStandup-v4": "76176 cdd77c6a42e8007a",
      "HumanoidStandup-v5": "70548 0573e41641455722",
      "InvertedDoublePendulum-v2": "3196 a73844efac1213b7",
      "InvertedDoublePendulum-v4": "3152 b1cba8561b455ecb",
      "InvertedDoublePendulum-v5": "2688 dab8fcc853418558",
      "InvertedPendulum-v2": "1536 202b171974092a60",
      "InvertedPendulum-v4": "1536 af7fe6a5478820ed",
      "InvertedPendulum-v5": "1536 af8aad047552c605",
      "Pusher-v2": "5246 204cf89a58ac1885",
      "Pusher-v4": "5246 5d25838a570c11dc",
      "Pusher-v5": "5246 eecd9526c2a8cc83",
      "Reacher-v2": "2844 dd51ed3efb6b7184",
      "Reacher-v4": "2844 ea651de5f4c8b92d",
      "Reacher-v5": "2640 e0cf461888e237dd",
      "Swimmer-v2": "2208 cfcc74cf9ae8bb8c",
      "Swimmer-v4": "2208 5abb870bef4fcb9c",
      "Swimmer-v5": "2208 5abb870bef4fcb9c",
      "Walker2d-v2": "4204 dd0a36c380aa2201",
      "Walker2d-v4": "4204 cb1b1398d369dff6",
      "Walker2d-v5": "4187 96fe022f36288e87",
      "ant-dir": "25850 516f7569946cd424",
      "ant-dir-gymnasium": "21810 1a293dc27dcbc92f",
      "ant-vel": "25850 c3158e5cb16d7959",
      "ant-vel-gymnasium": "21810 c179fa17ecfeb890",
      "cheetah-dir": "4620 4efd17749f51aa42",
      "cheetah-dir-gymnasium": "4017 fa2873dd4bacab32",
      "cheetah-vel": "4620 f71fa4bf00fe32cc",
      "cheetah-vel-gymnasium": "4017 f7576586643795b1",
    }
  `)
})
