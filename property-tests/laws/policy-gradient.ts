/**
 * Laws of actor-critics and of the losses that train them.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import { foldIn, normals, permutation, rootKey, uniforms } from '../../src/core/rng.ts'
import { discrete, uniformBox, type Space } from '../../src/core/space.ts'
import type * as actorCritic from '../../src/nn/actor-critic.ts'
import { compilePolicy, policyLayout } from '../../src/nn/policy.ts'
import type { a2cLoss, A2cLossSettings } from '../../src/rl/a2c-loss.ts'
import { takeRows, type Minibatch } from '../../src/rl/minibatch.ts'
import type { ppoLoss, PpoLossSettings } from '../../src/rl/ppo-loss.ts'
import { agreesWithDifferences } from './central-differences.ts'

export type PolicyGradientSubject = Pick<typeof actorCritic, 'compileActorCritic' | 'initActorCritic' | 'actorCriticLayout'> &
  Readonly<{ ppoLoss: typeof ppoLoss; a2cLoss: typeof a2cLoss }>
export type PolicyGradientLaw = Readonly<{ name: string; check: (subject: PolicyGradientSubject) => void }>
type Spec = actorCritic.ActorCriticSpec

const root = rootKey('policy gradient laws')
const OBS = 3
const BATCH = 6
const draw = (label: number, n: number, scale = 1): Float64Array => normals(foldIn(root, label), n).map((value) => scale * value)

type Case = Readonly<{ name: string; spec: Spec; space: Space }>
const cases: readonly Case[] = ([uniformBox(2, -1, 1), discrete(3)] as const).flatMap((space) =>
  ([{ kind: 'separate', hidden: [4], activation: 'tanh' }, { kind: 'shared' }] as const).map((critic) => {
    const kind = space.kind === 'box' ? ('gaussian' as const) : ('categorical' as const)
    const activations = { activation: 'tanh', outputActivation: 'linear' } as const
    const policy = { kind, hidden: [5, 4], ...activations, initialLogStd: -0.3, init: 'orthogonal', action: 'raw' } as const
    return { name: `${kind}, ${critic.kind} critic`, spec: { policy, critic, gains: { hidden: 1.4, head: 1, value: 1 } }, space }
  }),
)

/** By how much each row's log probability has moved since the data was collected; every one is far from log(1 ± 0.2) = −0.22, 0.18. */
const moves = [-0.6, -0.08, 0, 0.05, 0.45, 0.9]
/** The same for values, and where their targets lie: row 0 has moved away from its target, rows 4 and 5 too far towards it. */
const valueMoves = [-0.7, -0.05, 0, 0.06, 0.5, 0.9]
const valueGaps = [1.3, -0.9, -0.5, -0.1, 0.3, 0.7]

/** A network, parameters that have moved away from their start, and a minibatch which the current policy differs from by `moves`. */
const problem = (subject: PolicyGradientSubject, { spec, space }: Case) => {
  const net = subject.compileActorCritic(spec, OBS, space, reference)
  const parameters = subject.initActorCritic(foldIn(root, 1), spec, OBS, space).map((value, i) => value + draw(2, net.size, 0.2)[i])
  const obs = draw(3, BATCH * OBS)
  const { distribution: pi } = net
  const actions = pi.kind === 'gaussian' ? draw(4, BATCH * pi.actionSize) : uniforms(foldIn(root, 5), BATCH).map((u) => Math.floor(u * pi.headSize))
  const logProb = new Float64Array(BATCH)
  pi.logProb(logProb, net.heads(parameters, obs, BATCH), actions, BATCH)
  const values = net.values(parameters, obs, BATCH)
  const minibatch: Minibatch = {
    obs,
    actions,
    advantages: draw(6, BATCH).map((value, b) => value + 2 * (-1) ** (b % 3)),
    returns: values.map((value, b) => value + valueGaps[b]),
    oldLogProb: logProb.map((value, b) => value - moves[b]),
    oldValues: values.map((value, b) => value - valueMoves[b]),
  }
  return { net, parameters, minibatch, gradient: () => new Float64Array(net.size).fill(NaN) }
}

const ppoSettings: PpoLossSettings = { clipEps: 0.2, valueClip: 0.2, valueCoef: 0.5, entropyCoef: 0.3, entropyReduction: 'sum', normalise: null }
const a2cSettings: A2cLossSettings = { valueCoef: 0.5, entropyCoef: 0.3, entropyReduction: 'sum' }
const ppoVariants: readonly PpoLossSettings[] = [
  ppoSettings,
  { ...ppoSettings, valueClip: null, entropyReduction: 'mean', normalise: { ddof: 1, epsilon: 1e-5 } },
  { ...ppoSettings, valueCoef: 0, entropyCoef: 0 },
]

const near = (what: string, actual: Float64Array, expected: Float64Array, tolerance: number): void => {
  ok(actual.length === expected.length, what)
  expected.forEach((value, i) => ok(Math.abs(actual[i] - value) <= tolerance, `${what}, entry ${i}: ${actual[i]} instead of ${value}`))
}

export const policyGradientLaws: readonly PolicyGradientLaw[] = [
  {
    name: 'gradients of both losses agree with central differences',
    check: (subject) => {
      for (const each of cases) {
        const { net, parameters, minibatch, gradient } = problem(subject, each)
        for (const settings of ppoVariants) {
          const slopes = gradient()
          subject.ppoLoss(net)(slopes, parameters, minibatch, settings)
          const loss = (x: Float64Array): number => subject.ppoLoss(net)(gradient(), x, minibatch, settings).totalLoss
          agreesWithDifferences(`PPO, ${each.name}`, loss, parameters, slopes)
        }
        const slopes = gradient()
        subject.a2cLoss(net)(slopes, parameters, minibatch, a2cSettings)
        const loss = (x: Float64Array): number => subject.a2cLoss(net)(gradient(), x, minibatch, a2cSettings).totalLoss
        agreesWithDifferences(`A2C, ${each.name}`, loss, parameters, slopes)
      }
    },
  },
  {
    name: 'a step that goes further the way it already went too far has no slope, one that comes back has',
    check: (subject) => {
      for (const each of cases) {
        const { net, parameters, minibatch, gradient } = problem(subject, each)
        const alone = { ...ppoSettings, valueCoef: 0, entropyCoef: 0 }
        const slopesOf = (move: number, advantage: number): Float64Array => {
          const moved = { ...minibatch, oldLogProb: minibatch.oldLogProb.map((value, b) => value + moves[b] - move) }
          const slopes = gradient()
          const parts = subject.ppoLoss(net)(slopes, parameters, { ...moved, advantages: new Float64Array(BATCH).fill(advantage) }, alone)
          strictEqual(parts.clipFraction, Math.abs(move) > 0.1 ? 1 : 0)
          return slopes
        }
        const none = new Float64Array(net.size)
        for (const [move, advantage] of [[0.5, 1], [-0.5, -1]] as const) near('clipped', slopesOf(move, advantage), none, 0)
        for (const [move, advantage] of [[0.5, -1], [-0.5, 1], [0.05, 1], [-0.05, -1]] as const) notDeepStrictEqual(slopesOf(move, advantage), none)
      }
    },
  },
  {
    name: 'a value that has moved too far towards its target has no slope, one that has moved away has',
    check: (subject) => {
      for (const each of cases) {
        const { net, parameters, minibatch, gradient } = problem(subject, each)
        const still = { ...minibatch, advantages: new Float64Array(BATCH) }
        const slopesOf = (move: number, gap: number): Float64Array => {
          const values = net.values(parameters, minibatch.obs, BATCH)
          const moved = { ...still, oldValues: values.map((value) => value - move), returns: values.map((value) => value + gap) }
          const slopes = gradient()
          subject.ppoLoss(net)(slopes, parameters, moved, { ...ppoSettings, entropyCoef: 0 })
          return slopes
        }
        const none = new Float64Array(net.size)
        near('clipped value', slopesOf(0.5, 1), none, 0)
        notDeepStrictEqual(slopesOf(-0.5, 1), none)
        notDeepStrictEqual(slopesOf(0.1, 1), none)
      }
    },
  },
  {
    name: 'at the policy that collected the data PPO has the gradient of A2C, bit for bit',
    check: (subject) => {
      for (const each of cases) {
        const { net, parameters, minibatch, gradient } = problem(subject, each)
        const fresh = { ...minibatch, oldLogProb: minibatch.oldLogProb.map((value, b) => value + moves[b]) }
        net.distribution.logProb(fresh.oldLogProb, net.heads(parameters, fresh.obs, BATCH), fresh.actions, BATCH)
        const [byPpo, byA2c] = [gradient(), gradient()]
        // the value loss of PPO has the factor ½ that A2C lacks
        const parts = subject.ppoLoss(net)(byPpo, parameters, fresh, { ...ppoSettings, valueClip: null, valueCoef: 1 })
        subject.a2cLoss(net)(byA2c, parameters, fresh, a2cSettings)
        deepStrictEqual(byPpo, byA2c)
        strictEqual(parts.approxKl, 0)
      }
    },
  },
  {
    name: 'the total is the sum of its parts, and scaled advantages are those of the whole minibatch',
    check: (subject) => {
      for (const each of cases) {
        const { net, parameters, minibatch, gradient } = problem(subject, each)
        const ppo = subject.ppoLoss(net)
        for (const settings of ppoVariants) {
          const parts = ppo(gradient(), parameters, minibatch, settings)
          const sum = parts.policyLoss + settings.valueCoef * parts.valueLoss - settings.entropyCoef * parts.entropy
          ok(Math.abs(sum - parts.totalLoss) < 1e-14, `${parts.totalLoss} instead of ${sum}`)
          ok(parts.approxKl > 0, `approximate KL ${parts.approxKl}`)
          strictEqual(parts.clipFraction, 3 / 6)
        }
        const scaled = { ...ppoSettings, normalise: { ddof: 0, epsilon: 0 } as const }
        const stretched = { ...minibatch, advantages: minibatch.advantages.map((value) => 7 * value + 3) }
        const [once, again] = [gradient(), gradient()]
        ppo(once, parameters, minibatch, scaled)
        ppo(again, parameters, stretched, scaled)
        near('normalised', again, once, 1e-13) // slopes of order 1, advantages recomputed from other numbers
      }
    },
  },
  {
    name: 'rows may come in any order, inputs stay as they are, and nothing is kept from one call to the next',
    check: (subject) => {
      for (const each of cases) {
        const { net, parameters, minibatch, gradient } = problem(subject, each)
        const before = structuredClone({ parameters, minibatch })
        const [ppo, a2c] = [subject.ppoLoss(net), subject.a2cLoss(net)]
        const [first, second, third] = [gradient(), gradient(), gradient()]
        const parts = ppo(first, parameters, minibatch, ppoSettings)
        a2c(third, parameters.map((value) => 3 * value), minibatch, a2cSettings)
        ppo(third, parameters.map((value) => -value), takeRows(minibatch, Uint32Array.of(1, 2)), ppoSettings)
        ppo(third, parameters.map((value) => 2 * value), minibatch, ppoSettings)
        deepStrictEqual(ppo(second, parameters, minibatch, ppoSettings), parts)
        deepStrictEqual(second, first)
        ppo(third, parameters, takeRows(minibatch, permutation(foldIn(root, 7), BATCH)), ppoSettings)
        near('another order', third, first, 1e-14) // six terms of order 1 in another order
        deepStrictEqual({ parameters, minibatch }, before)
        throws(() => ppo(first, parameters, { ...minibatch, returns: new Float64Array(2) }, ppoSettings))
        throws(() => ppo(first.slice(1), parameters, minibatch, ppoSettings))
        throws(() => ppo(first, parameters.slice(1), minibatch, ppoSettings))
      }
    },
  },
  {
    name: 'the front of the vector is the policy that acts, and starts as it was asked to',
    check: (subject) => {
      for (const { spec, space } of cases) {
        const net = subject.compileActorCritic(spec, OBS, space, reference)
        const parameters = subject.initActorCritic(foldIn(root, 8), spec, OBS, space)
        const obs = draw(3, BATCH * OBS)
        const front = policyLayout(spec.policy, OBS, space)
        deepStrictEqual(subject.actorCriticLayout(spec, OBS, space).slice(0, front.length), front)
        const policy = compilePolicy(spec.policy, OBS, space, reference)
        strictEqual(policy.parameters, net.policySize)
        policy.load(parameters.subarray(0, net.policySize))
        const { head, logStd } = net.heads(parameters, obs, BATCH)
        logStd.forEach((value) => strictEqual(value, spec.policy.initialLogStd))
        for (let b = 0; b < BATCH; b++) {
          const action = new Float64Array(net.distribution.actionSize)
          policy.act(obs.slice(b * OBS, (b + 1) * OBS), null, action)
          const row = head.slice(b * net.distribution.headSize, (b + 1) * net.distribution.headSize)
          deepStrictEqual(action, space.kind === 'box' ? row : Float64Array.of(row.indexOf(Math.max(...row))))
        }
      }
    },
  },
  {
    name: 'initial weights are orthogonal times their gain, biases 0',
    check: (subject) => {
      const gains = { hidden: Math.SQRT2, head: 0.01, value: 3 }
      for (const { spec, space } of cases) {
        const parameters = subject.initActorCritic(foldIn(root, 9), { ...spec, gains }, OBS, space)
        for (const { name, shape, offset } of subject.actorCriticLayout(spec, OBS, space)) {
          if (name.endsWith('bias')) parameters.slice(offset, offset + shape[0]).forEach((value) => strictEqual(value, 0))
          if (!name.endsWith('weight')) continue
          const [outputs, inputs] = shape
          const head = name === 'net.2.weight'
          const value = name === `value.${spec.critic.kind === 'shared' ? 0 : 1}.weight`
          const gain = head ? gains.head : value ? gains.value : gains.hidden
          // the columns of a tall matrix are orthonormal, the rows of a wide one, so the squares add up to the shorter side
          let squares = 0
          for (let i = 0; i < outputs * inputs; i++) squares += parameters[offset + i] * parameters[offset + i]
          ok(Math.abs(squares - gain * gain * Math.min(outputs, inputs)) < 1e-12 * gain * gain * 10, `${name}: squares add up to ${squares}`)
        }
      }
    },
  },
]
