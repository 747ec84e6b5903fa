/**
 * Frozen episodes: the digest of what every classic and Box2D environment shows over two episodes, and values of the problems.
 * They change only when an environment, the random streams or the deterministic maths change; then the changelog says so.
 */
import { expect, test } from 'vitest'
import { analyticEntries } from '../../envs/analytic/index.ts'
import { box2dEntries } from '../../envs/box2d/index.ts'
import { classicEntries } from '../../envs/classic/index.ts'
import { canonicalFloat64Bytes, sha256Hex } from '../../src/core/digest.ts'
import { recordEpisode } from '../../src/core/env-record.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'

const key = rootKey('golden environments')

test('episodes', async () => {
  const digests: Record<string, string> = {}
  for (const entry of [...classicEntries, ...box2dEntries]) {
    const env = await entry.open({})
    const numbers = (['random', 'idle'] as const).flatMap((drive, i) =>
      recordEpisode(env, foldIn(key, i), 200, drive).steps.flatMap(({ obs, step }) => [...obs, step.reward, Number(step.terminated), Number(step.truncated)]),
    )
    digests[entry.id] = `${numbers.length} ${sha256Hex(canonicalFloat64Bytes(Float64Array.from(numbers))).slice(0, 16)}`
    env.close()
  }
  expect(digests).toMatchInlineSnapshot(`
    {
      "Acrobot-v1": "3618 69c272610b1e31bf",
      "BipedalWalker-v3": "8667 3875b97e1638a1cc",
      "BipedalWalkerHardcore-v3": "8721 d444ea2475345f4c",
      "CartPole-v1": "147 d68de2175f29e9e5",
      "LunarLander-v3": "1551 ea3d9086a680897a",
      "LunarLanderContinuous-v3": "1738 716df6bebf7863b0",
      "MountainCar-v0": "2010 749889a28fae97e7",
      "MountainCarContinuous-v0": "2010 7f527d185ac3cfeb",
      "Pendulum-v1": "2412 ea3232d3318e30d2",
    }
  `)
})

test('problems', () => {
  const values = analyticEntries.map((entry) => {
    const problem = entry.open({ dimension: 4 })
    const x = normals(key, 4).map((z) => z / 10)
    return [entry.id, problem.value(foldIn(key, 1), x, 7), problem.gradient(x, 7)[2]]
  })
  expect(values).toMatchInlineSnapshot(`
    [
      [
        "sphere",
        -0.014246005833846529,
        0.007010911742843498,
      ],
      [
        "noisy-sphere",
        0.08627461357538117,
        0.007010911742843498,
      ],
      [
        "quadratic",
        -6.505381030924249,
        0.3505455871421748,
      ],
      [
        "linear",
        0.03470844419389099,
        0.5,
      ],
      [
        "rosenbrock",
        -4.398616446031408,
        2.5573937232953545,
      ],
      [
        "rastrigin",
        -2.7173736646790534,
        1.390797529617738,
      ],
      [
        "moving-ring",
        -0.0005014510498294818,
        0.0006576763392825987,
      ],
      [
        "rippled-slope",
        0.0011224662270090098,
        0.011329914479242828,
      ],
    ]
  `)
})
