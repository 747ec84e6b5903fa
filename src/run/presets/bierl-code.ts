/**
 * BiERL as the authors' program does it: candidates are scored by the return of perturbed policies, without a learner step.
 *
 * *Source:* the program of Wang et al. 2023, BiERL, arXiv 2308.01207 (repository `chriswang98sz/BiERL`, its defaults).
 * *Deviations:* 1. no warm start (give a checkpoint of a run on a simple task as `outer.warmStart`). 2. those listed in
 * `src/outer/bierl-pm.ts` and `src/outer/bierl-npm.ts`.
 */
import { bierlCodeVanillaEs } from '../../es/vanilla-es.ts'
import { bierlNpmCode } from '../../outer/bierl-npm.ts'
import { bierlPmCode } from '../../outer/bierl-pm.ts'
import type { Preset } from '../preset.ts'

const paper = 'Wang et al. 2023, arXiv 2308.01207, program'
const task = { kind: 'env', env: { id: 'HalfCheetah-v5' } }
const learner = { kind: 'vanilla-es', ...bierlCodeVanillaEs }
const budget = { steps: 1000 }

export const bierlPmCodePreset: Preset = {
  name: 'bierl-pm-code',
  title: "BiERL-PM, the authors' program",
  paper,
  line: 'smoothed scores, a network of five million parameters: a meta update costs 2000 episodes',
  config: { name: 'bierl-pm-code', task, learner, outer: { kind: 'bierl-pm', ...bierlPmCode }, budget },
}

export const bierlNpmCodePreset: Preset = {
  name: 'bierl-npm-code',
  title: "BiERL-NPM, the authors' program",
  paper,
  line: 'Bayesian optimisation over single mirrored pairs, best observation wins: a search costs 60 episodes',
  config: { name: 'bierl-npm-code', task, learner, outer: { kind: 'bierl-npm', ...bierlNpmCode }, budget },
}
