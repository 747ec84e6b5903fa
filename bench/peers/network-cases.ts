/**
 * Networks against other libraries: forward, gradients, LSTM, and a whole PPO step on a minibatch.
 *
 * *Source:* house goals for kernels. *Deviations:* none.
 */
import type { Backend, LstmShape, MlpSpec } from '../../src/core/backend.ts'
import type { PolicySpec } from '../../src/core/job.ts'
import { uniformBox } from '../../src/core/space.ts'
import { compileActorCritic, releasedGains, type ActorCriticSpec } from '../../src/nn/actor-critic.ts'
import { adam, adamDefaults } from '../../src/optim/adam.ts'
import { clipGlobalNorm } from '../../src/optim/clip.ts'
import type { Minibatch } from '../../src/rl/minibatch.ts'
import { ppoLoss } from '../../src/rl/ppo-loss.ts'
import { type KernelCase, type Ours, randomArray } from './kernel-case.ts'

/** The policy of HalfCheetah: 17 observations, 6 actions. */
const obsSize = 17
const actionSize = 6
const sizes = [obsSize, 64, 64, actionSize]
const spec: MlpSpec = { sizes, activation: 'tanh', outputActivation: 'linear' }
const parameterCount = (widths: readonly number[]): number => widths.slice(1).reduce((sum, width, i) => sum + width * (widths[i] + 1), 0)
const weights = (name: string, widths: readonly number[]) => randomArray(name, [parameterCount(widths)], 0.15)

const forward = (batch: number): KernelCase => {
  const [parameters, x] = [weights('forward weights', sizes), randomArray(`forward ${batch}`, [batch, obsSize])]
  return {
    title: `policy forward ${sizes.join('-')}, ${batch === 1 ? 'one observation' : `batch ${batch}`}`,
    kind: 'forward',
    parameters: { sizes, batch },
    arrays: { parameters, x },
    comparable: true,
    limit: 'two doubles per instruction, no fused multiply-add, and a tanh of our own whose bits are the same on every engine',
    peers: { numpy: batch === 1 ? { atMost: 0.3 } : null, torch: null, 'tfjs-cpu': null, 'tfjs-wasm': null },
    ours({ kernels }): Ours {
      const net = kernels.residentMlp(spec)
      const out = new Float64Array(batch * actionSize)
      net.load(parameters.values)
      const run = (): void => net.forward(out, x.values, batch)
      return { run, answer: () => (run(), out) }
    },
  }
}

const gradient = (batch: number): KernelCase => {
  const [parameters, x, slopes] = [weights('gradient weights', sizes), randomArray(`gradient ${batch}`, [batch, obsSize]), randomArray(`slopes ${batch}`, [batch, actionSize])]
  return {
    title: `forward and backward ${sizes.join('-')}, batch ${batch}`,
    kind: 'gradient',
    parameters: { sizes, batch },
    arrays: { parameters, x, slopes },
    comparable: true,
    peers: { numpy: null, torch: null, 'tfjs-cpu': null, 'tfjs-wasm': null },
    ours({ kernels }): Ours {
      const values = new Float64Array(batch * sizes.slice(1).reduce((sum, width) => sum + width, 0))
      const found = new Float64Array(parameters.values.length)
      const run = (): void => {
        kernels.mlpForward(values, spec, parameters.values, x.values, batch)
        kernels.mlpPullback(found, null, spec, parameters.values, x.values, values, slopes.values, batch)
      }
      return { run, answer: () => (run(), found) }
    },
  }
}

const inputs = 40
const hidden = 64
const lstmWeights = randomArray('lstm weights', [4 * hidden * (inputs + hidden + 2)], 0.1)

const lstmStep: KernelCase = (() => {
  const [x, h, c] = [randomArray('lstm x', [1, inputs]), randomArray('lstm h', [1, hidden]), randomArray('lstm c', [1, hidden])]
  return {
    title: `LSTM step ${inputs}-${hidden}`,
    kind: 'lstm-step',
    parameters: { inputs, hidden },
    arrays: { parameters: lstmWeights, x, h, c },
    comparable: true,
    limit: 'reading 208 kB of weights, and 320 exponentials of our own whose bits are the same on every engine',
    peers: { numpy: { atMost: 0.5 }, torch: null },
    ours({ kernels }): Ours {
      const cell = kernels.residentLstm(inputs, hidden)
      const [hNow, cNow] = [h.values.slice(), c.values.slice()]
      cell.load(lstmWeights.values)
      const run = (): void => cell.step(hNow, cNow, x.values)
      return {
        run,
        answer() {
          hNow.set(h.values)
          cNow.set(c.values)
          run()
          return hNow.slice()
        },
      }
    },
  }
})()

const lstmSequence = (steps: number, batch: number): KernelCase => {
  const shape: LstmShape = { steps, batch, inputs, hidden }
  const [x, slopes] = [randomArray(`sequence ${steps} ${batch}`, [steps, batch, inputs]), randomArray(`sequence slopes ${steps} ${batch}`, [steps, batch, hidden])]
  return {
    title: `LSTM ${inputs}-${hidden}, ${steps} steps forward and backward, batch ${batch}`,
    kind: 'lstm-gradient',
    parameters: { inputs, hidden, steps, batch },
    arrays: { parameters: lstmWeights, x, slopes },
    comparable: true,
    peers: { torch: null },
    ours({ kernels }): Ours {
      const states = steps * batch * hidden
      const zero = (): Float64Array => new Float64Array(batch * hidden)
      const trace = { h: new Float64Array(states), c: new Float64Array(states), gates: new Float64Array(4 * states) }
      const found = { parameters: new Float64Array(lstmWeights.values.length), x: new Float64Array(x.values.length), h0: zero(), c0: zero() }
      const whole = { parameters: lstmWeights.values, x: x.values, start: { h: zero(), c: zero() }, shape }
      const none = zero()
      const run = (): void => {
        kernels.lstmForward(trace, whole)
        kernels.lstmPullback(found, whole, trace, slopes.values, none)
      }
      return { run, answer: () => (run(), found.parameters) }
    },
  }
}

const policy: PolicySpec = {
  kind: 'gaussian',
  hidden: [64, 64],
  activation: 'tanh',
  outputActivation: 'linear',
  initialLogStd: -0.5,
  init: 'orthogonal',
  action: 'raw',
}
const critic = { kind: 'separate', hidden: [64, 64], activation: 'tanh' } as const
const actorCritic: ActorCriticSpec = { policy, critic, gains: releasedGains(policy.kind, critic.kind) }

/** One update of PPO: both networks forward, the clipped losses, backward, gradient clipping and Adam. */
const ppoStep: KernelCase = (() => {
  const batch = 64
  const actor = weights('ppo actor', sizes)
  const value = weights('ppo critic', [obsSize, 64, 64, 1])
  const logStd = { values: new Float64Array(actionSize).fill(-0.5), shape: [actionSize] }
  const perRow = (name: string, scale = 1, offset = 0) => {
    const found = randomArray(`ppo ${name}`, [batch], scale)
    return { ...found, values: found.values.map((each) => each + offset) }
  }
  const arrays = {
    actor, critic: value, logStd,
    obs: randomArray('ppo obs', [batch, obsSize]),
    act: randomArray('ppo act', [batch, actionSize], 0.6),
    advantages: perRow('advantages'),
    returns: perRow('returns'),
    oldLogProb: perRow('old log probabilities', 0.2, -6),
    oldValues: perRow('old values', 0.5),
  }
  const minibatch: Minibatch = {
    obs: arrays.obs.values,
    actions: arrays.act.values,
    advantages: arrays.advantages.values,
    returns: arrays.returns.values,
    oldLogProb: arrays.oldLogProb.values,
    oldValues: arrays.oldValues.values,
  }
  const settings = { clipEps: 0.2, valueClip: 0.2, valueCoef: 0.5, entropyCoef: 0.01, entropyReduction: 'sum', normalise: null } as const
  return {
    title: `PPO step on a minibatch of ${batch}, two networks 64-64`,
    kind: 'ppo',
    parameters: { obs: obsSize, actions: actionSize },
    arrays,
    comparable: true,
    peers: { torch: { atMost: 0.5 } },
    ours(backend: Backend): Ours {
      const net = compileActorCritic(actorCritic, obsSize, uniformBox(actionSize, -1, 1), backend)
      const loss = ppoLoss(net)
      const optimiser = adam({ ...adamDefaults, epsilon: 1e-5 }, backend)
      const start = Float64Array.of(...actor.values, ...logStd.values, ...value.values)
      let parameters: Float64Array = start
      let state = optimiser.init(start.length)
      const update = () => {
        const raw = new Float64Array(parameters.length)
        const parts = loss(raw, parameters, minibatch, settings)
        const { clipped } = clipGlobalNorm(raw, 0.5)
        const [next, moved] = optimiser.update(state, clipped, parameters, 3e-4)
        parameters = next
        state = moved
        return parts
      }
      return {
        run: update,
        answer() {
          parameters = start
          state = optimiser.init(start.length)
          const { policyLoss, valueLoss } = update()
          return [policyLoss, valueLoss]
        },
      }
    },
  }
})()

const normalNumbers: KernelCase = (() => {
  const count = 100_000
  return {
    title: `${count.toLocaleString('en')} normals`,
    kind: 'normals',
    parameters: { count },
    arrays: {},
    comparable: false,
    limit: 'twenty rounds of Threefry and an inverse distribution function per number, so that any number can be had by itself',
    // at least 0.8 of its rate
    peers: { 'numpy-philox': { atMost: 1 / 0.8 }, numpy: null, torch: null },
    ours({ kernels }): Ours {
      const out = new Float64Array(count)
      const key = { hi: 1, lo: 2 }
      const run = (): void => kernels.normals(out, key, 0)
      return { run, answer: () => (run(), out) }
    },
  }
})()

export const networkCases: readonly KernelCase[] = [
  forward(1), forward(64), forward(2048),
  gradient(1), gradient(64), gradient(2048),
  lstmStep, lstmSequence(50, 1), lstmSequence(50, 64),
  ppoStep,
  normalNumbers,
]
