/**
 * BiERL as the paper writes it: every candidate of the meta level is scored by the policy after one learner step with it.
 *
 * The paper gives symbols for most sizes; they are taken from the authors' program. The learner shapes its fitness by centred ranks,
 * for which the paper's learning rates (0.016 to 0.024) give steps of the size that the program takes.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, Eq. 2-7, Algorithms 1 and 2. *Deviations:* 1. centred ranks instead of
 * raw returns in Eq. 3 of the learner.
 */
import { bierlNpmPaper } from '../../outer/bierl-npm.ts'
import { bierlPmPaper } from '../../outer/bierl-pm.ts'
import type { Preset } from '../preset.ts'

const paper = 'Wang et al. 2023, arXiv 2308.01207'
const task = { kind: 'env', env: { id: 'HalfCheetah-v5' } }
const learner = { kind: 'vanilla-es', popsize: 200, sampler: { kind: 'independent' }, learningRate: 0.02 }
const budget = { steps: 1000 }

export const bierlPmPaperPreset: Preset = {
  name: 'bierl-pm-paper',
  title: "BiERL-PM, the paper's equations",
  paper: `${paper}, Eq. 4-6`,
  line: 'one-step look-ahead, ten repeats: a meta update costs 2000 generations of 200 episodes',
  config: { name: 'bierl-pm-paper', task, learner, outer: { kind: 'bierl-pm', ...bierlPmPaper }, budget },
}

export const bierlNpmPaperPreset: Preset = {
  name: 'bierl-npm-paper',
  title: "BiERL-NPM, the paper's equations",
  paper: `${paper}, Eq. 7`,
  line: 'Bayesian optimisation over one-step look-aheads: a search costs 300 generations of 200 episodes',
  config: { name: 'bierl-npm-paper', task, learner, outer: { kind: 'bierl-npm', ...bierlNpmPaper }, budget },
}
