/**
 * Actor-critics and losses with one flaw each, for the laws to catch.
 */
import type { ActorCritic, NetworkPass } from '../../src/nn/actor-critic.ts'
import { actorCriticLayout, compileActorCritic, initActorCritic } from '../../src/nn/actor-critic.ts'
import { a2cLoss } from '../../src/rl/a2c-loss.ts'
import { normaliseAdvantages } from '../../src/rl/minibatch.ts'
import { ppoLoss, type PpoLoss } from '../../src/rl/ppo-loss.ts'
import type { PolicyGradientSubject } from '../laws/policy-gradient.ts'

const sound: PolicyGradientSubject = { compileActorCritic, initActorCritic, actorCriticLayout, ppoLoss, a2cLoss }

const nothingLater: readonly never[] = []

/** `net` with another pullback, wherever a loss may call it. */
const withPullback = (net: ActorCritic, pullback: ActorCritic['pullback']): ActorCritic => {
  const pass: NetworkPass = {
    ...net.passNow,
    pullback: function* (...args) {
      yield* nothingLater
      pullback(...args)
    },
  }
  return { ...net, pullback, passNow: pass, passLater: pass }
}

/** A loss that is the sound one of other arguments, or does something to the gradient afterwards. */
const withPpo = (change: (loss: PpoLoss) => PpoLoss): PolicyGradientSubject => ({ ...sound, ppoLoss: (net) => change(ppoLoss(net)) })

export const policyGradientMutants: Readonly<Record<string, PolicyGradientSubject>> = {
  // max(ρÂ, clip(ρ)Â) is −min(ρ(−Â), clip(ρ)(−Â)): the policy's part with both signs turned
  'clips the wrong side': withPpo((loss) => (gradient, parameters, minibatch, settings) => {
    const alone = { ...settings, valueCoef: 0, entropyCoef: 0 }
    const turned = { ...minibatch, advantages: minibatch.advantages.map((value) => -value) }
    const [right, wrong] = [new Float64Array(gradient.length), new Float64Array(gradient.length)]
    const rightParts = loss(right, parameters, minibatch, alone)
    const wrongParts = loss(wrong, parameters, turned, alone)
    const parts = loss(gradient, parameters, minibatch, settings)
    for (let i = 0; i < gradient.length; i++) gradient[i] -= right[i] + wrong[i]
    return { ...parts, totalLoss: parts.totalLoss - rightParts.totalLoss - wrongParts.totalLoss }
  }),
  'does not clip values': withPpo((loss) => (gradient, parameters, minibatch, settings) => {
    loss(gradient, parameters, minibatch, { ...settings, valueClip: null })
    return loss(new Float64Array(gradient.length), parameters, minibatch, settings)
  }),
  'pays for entropy instead of rewarding it': withPpo((loss) => (gradient, parameters, minibatch, settings) => {
    loss(gradient, parameters, minibatch, { ...settings, entropyCoef: -settings.entropyCoef })
    return loss(new Float64Array(gradient.length), parameters, minibatch, settings)
  }),
  'drops the factor ½ of the value loss': withPpo((loss) => (gradient, parameters, minibatch, settings) => {
    const parts = loss(gradient, parameters, minibatch, { ...settings, valueCoef: 2 * settings.valueCoef })
    return { ...parts, valueLoss: 2 * parts.valueLoss }
  }),
  'normalises the advantages once more': withPpo((loss) => (gradient, parameters, minibatch, settings) => {
    const advantages = normaliseAdvantages(minibatch.advantages, { ddof: 0, epsilon: 1 })
    return loss(gradient, parameters, { ...minibatch, advantages }, settings)
  }),
  'adds to the gradient of the call before': {
    ...sound,
    ppoLoss: (net) => {
      const loss = ppoLoss(net)
      const sum = new Float64Array(net.size)
      return (gradient, parameters, minibatch, settings) => {
        const parts = loss(gradient, parameters, minibatch, settings)
        for (let i = 0; i < sum.length; i++) sum[i] += gradient[i]
        gradient.set(sum)
        return parts
      }
    },
  },
  'has no gradient by the log-std': {
    ...sound,
    compileActorCritic: (...bound) => {
      const net = compileActorCritic(...bound)
      return withPullback(net, (gradient, work, parameters, obs) => {
        net.pullback(gradient, work, parameters, obs)
        gradient.fill(0, net.policySize - net.distribution.logStdSize, net.policySize)
      })
    },
  },
  'lets values through the trunk without a slope': {
    ...sound,
    compileActorCritic: (spec, ...bound) => {
      const net = compileActorCritic(spec, ...bound)
      if (spec.critic.kind === 'separate') return net
      return withPullback(net, (gradient, work, parameters, obs) => {
        const ofValues = new Float64Array(net.size)
        const slopes = structuredClone({ head: work.gradient.head, values: work.gradValues })
        net.pullback(gradient, work, parameters, obs)
        work.gradient.head.fill(0)
        work.gradient.logStd.fill(0)
        net.pullback(ofValues, { ...work, gradValues: slopes.values }, parameters, obs)
        for (let i = 0; i < net.policySize; i++) gradient[i] -= ofValues[i]
      })
    },
  },
  'puts the critic in front of the policy': {
    ...sound,
    actorCriticLayout: (...bound) => {
      const layout = actorCriticLayout(...bound)
      return [...layout.filter(({ name }) => name.startsWith('value')), ...layout.filter(({ name }) => !name.startsWith('value'))]
    },
  },
  'forgets the gain of the head': {
    ...sound,
    initActorCritic: (key, spec, obsSize, actionSpace) => initActorCritic(key, { ...spec, gains: { ...spec.gains, head: 1 } }, obsSize, actionSpace),
  },
}
