/** Bandits with one flaw each, and the law that must catch it. */
import { describe, expect, it } from 'vitest'
import type { BanditState } from '../../src/outer/bandit.ts'
import { bandit, banditDefaults } from '../../src/outer/bandit.ts'
import type { MakeBandit } from '../laws/bandit.ts'
import { banditLaws } from '../laws/bandit.ts'
import { hyper, space } from '../outer/grids.ts'

const sound: MakeBandit = (settings, grid) => bandit({ ...banditDefaults, ...settings, grid, space, hyper })

/** A bandit whose state is bent after each proposal or observation. */
const bent = (change: Readonly<{ proposed?: (state: BanditState) => BanditState; observed?: (after: BanditState, before: BanditState) => BanditState }>): MakeBandit => (settings, grid) => {
  const whole = sound(settings, grid)
  return {
    ...whole,
    propose: (key, state, step, contexts) => {
      const [proposal, after] = whole.propose(key, state, step, contexts)
      return [proposal, change.proposed?.(after) ?? after]
    },
    observe: (key, state, feedback) => {
      const after = whole.observe(key, state, feedback)
      return change.observed?.(after, state) ?? after
    },
  }
}

const firstClusterOnly: MakeBandit = (settings, grid) => {
  const whole = sound(settings, grid)
  return {
    ...whole,
    propose: (key, state, step, contexts) => {
      const [proposal, after] = whole.propose(key, state, step, contexts)
      return proposal.kind === 'use' ? [{ kind: 'use', hyper: { ...proposal.hyper, minibatches: hyper.minibatches } }, after] : [proposal, after]
    },
  }
}

const flaws: readonly (readonly [string, MakeBandit, string])[] = [
  ['ignores a cluster', firstClusterOnly, 'every cluster and every level of it is tried before one is chosen for its rewards'],
  ['stays with its first action', bent({ observed: (after, before) => ({ ...after, clusters: before.clusters, levels: before.levels.map((arms) => ({ ...arms, pulls: arms.pulls.map(() => 1), rewards: arms.rewards })) }) }), 'with joint arms every joint action is tried once first'],
  ['decides before every update', (settings, grid) => sound({ ...settings, cadence: 'update' }, grid), 'a decision is in force for a whole phase'],
  ['takes no rewards', bent({ observed: (after, before) => ({ ...after, clusters: before.clusters, levels: before.levels }) }), 'it finds the cluster and the level that pay, through noise and on any scale'],
  ['takes rewards as they are', (settings, grid) => sound({ ...settings, rewardScale: 'none' }, grid), 'it finds the cluster and the level that pay, through noise and on any scale'],
  ['never forgets', (settings, grid) => sound({ ...settings, window: 10_000 }, grid), 'it forgets: where another level begins to pay, it follows'],
  ['books rewards on the newest decision', bent({ proposed: (after) => ({ ...after, ledger: { fresh: [], used: after.ledger.fresh } }) }), 'a reward goes to the decision whose updates came before it'],
]

describe('the laws of a bandit', () => {
  it.each(banditLaws)('$name', ({ check }) => check(sound))
  it.each(flaws)('catch one that %s', (_, make, name) => {
    const law = banditLaws.find((each) => each.name === name)
    expect(() => law?.check(make)).toThrow()
  })
  it('and each law catches one', () => {
    expect(new Set(flaws.map(([, , name]) => name))).toEqual(new Set(banditLaws.map(({ name }) => name)))
  })
})
