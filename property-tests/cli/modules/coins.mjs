// Guessing the side of a coin that turns over at every step: an entry that says that actions are discrete, and one that does not.
import { box, discrete, pureEnv, vectorCodec } from '../../../dist/src/index.js'

const coin = (id) => {
  const about = { id, title: 'A coin', source: 'coins.mjs' }
  const spec = {
    ...about, timeLimit: 5, rewardThreshold: null, dt: 1,
    observations: [{ name: 'side', unit: '1', low: 0, high: 1 }], observationSpace: box([0], [1]),
    actions: [{ name: 'guess', unit: '1', low: 0, high: 1 }], actionSpace: discrete(2),
  }
  const open = async () =>
    pureEnv({
      spec,
      ...vectorCodec(1),
      reset: () => ({ state: Float64Array.of(0), obs: Float64Array.of(0) }),
      step: (key, [side], [guess]) => ({ state: Float64Array.of(1 - side), obs: Float64Array.of(1 - side), reward: guess === side ? 1 : 0, terminated: false }),
    })
  return { ...about, options: {}, open }
}

export const bilevel = { envs: [coin('Coin-v0'), { ...coin('ToldCoin-v0'), actions: 'discrete' }] }
