/**
 * The first run of a newcomer: BiERL-PM on a small robot against a fixed sigma, in about a minute on two cores.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, Eq. 4-6. *Deviations:* 1. sizes chosen for the time: n = 16, m = 6, k = 6, l = 1.
 */
import type { Preset } from '../preset.ts'

export const quickstart: Preset = {
  name: 'quickstart',
  title: 'BiERL-PM on HalfCheetah, about a minute',
  paper: 'Wang et al. 2023, arXiv 2308.01207, Eq. 4-6',
  line: 'a running robot learns while a small network moves sigma; compared with a fixed sigma at equal env steps',
  config: {
    name: 'quickstart',
    seed: 1,
    task: { kind: 'env', env: { id: 'HalfCheetah-v5' }, policy: { hidden: [32, 32] } },
    learner: { kind: 'vanilla-es', popsize: 16 },
    outer: { kind: 'bierl-pm', interval: 6, metaPopsize: 6, lookAhead: { kind: 'one-step', repeats: 1, episodes: 1 } },
    budget: { envSteps: 1_000_000 },
    compare: [{ label: 'fixed', outer: { kind: 'fixed' } }],
  },
}
