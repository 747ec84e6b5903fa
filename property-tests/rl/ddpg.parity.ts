import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { actionCritic } from '../../src/nn/action-critic.ts'
import { mlp } from '../../src/nn/mlp.ts'
import { ddpgActorLoss, ddpgCriticLoss, ddpgTargets, softUpdate } from '../../src/rl/ddpg-loss.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

type Rows = readonly (readonly number[])[]
type Input = Readonly<{
  actor_sizes: readonly number[]
  critic_sizes: readonly number[]
  actor: readonly number[]
  target_actor: readonly number[]
  critic: readonly number[]
  target_critic: readonly number[]
  obs: Rows
  next_obs: Rows
  action: Rows
  rewards: readonly number[]
  terminated: readonly (boolean | number)[]
  gamma: number
  tau: number
}>

const family = oracleFamily('policy-gradient')
const flat = (rows: Rows): Float64Array => Float64Array.from(rows.flat())

describe('oracle: DDPG', () => {
  it.each(oracleCases<Input, unknown>(family, 'ddpg'))('$name', (each) => {
    const { input } = each
    const actionSize = input.actor_sizes[input.actor_sizes.length - 1]
    const hidden = input.actor_sizes.slice(1, -1)
    const nets = {
      actor: mlp({ sizes: input.actor_sizes, activation: 'relu', outputActivation: 'tanh' }, reference),
      critic: actionCritic({ obsSize: input.actor_sizes[0], actionSize, hidden, activation: 'relu' }, reference),
    }
    const [actor, targetActor, critic, targetCritic] = [input.actor, input.target_actor, input.critic, input.target_critic].map((values) => Float64Array.from(values))
    const transitions = {
      obs: flat(input.obs),
      actions: flat(input.action),
      rewards: Float64Array.from(input.rewards),
      nextObs: flat(input.next_obs),
      terminated: Uint8Array.from(input.terminated, Number),
    }
    const targets = ddpgTargets(nets, targetActor, targetCritic, transitions, input.gamma)
    const criticLoss = ddpgCriticLoss(nets, critic, transitions, targets)
    const actorLoss = ddpgActorLoss(nets, actor, critic, transitions.obs, targets.length)
    expect(
      mismatches(family, each, {
        target: targets,
        values: criticLoss.values,
        critic_loss: criticLoss.loss,
        grad_critic: criticLoss.gradient,
        policy_action: actorLoss.actions,
        actor_loss: actorLoss.loss,
        grad_actor: actorLoss.gradient,
        target_actor_after: softUpdate(targetActor, actor, input.tau),
        target_critic_after: softUpdate(targetCritic, critic, input.tau),
      }),
    ).toEqual([])
  })
})
