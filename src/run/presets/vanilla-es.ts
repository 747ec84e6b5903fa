/**
 * Vanilla ES alone, with this project's defaults and with the settings of the BiERL authors' program.
 *
 * *Source:* Salimans et al. 2017, arXiv 1703.03864; Wang et al. 2023, arXiv 2308.01207, and its program. *Deviations:* none.
 */
import { bierlCodeVanillaEs } from '../../es/vanilla-es.ts'
import type { Preset } from '../preset.ts'

export const vanillaEsPreset: Preset = {
  name: 'vanilla-es',
  title: 'Vanilla ES on HalfCheetah',
  paper: 'Salimans et al. 2017, arXiv 1703.03864',
  line: 'the learner alone: mirrored pairs, centred ranks, fixed sigma',
  config: {
    name: 'vanilla-es',
    task: { kind: 'env', env: { id: 'HalfCheetah-v5' } },
    learner: { kind: 'vanilla-es' },
    outer: { kind: 'fixed' },
    budget: { envSteps: 10_000_000 },
  },
}

export const vanillaEsCodePreset: Preset = {
  name: 'vanilla-es-code',
  title: 'Vanilla ES as the BiERL authors run it',
  paper: 'Wang et al. 2023, arXiv 2308.01207, program',
  line: '200 independent candidates, rank utilities divided by 40, the same reset for all: 1000 generations',
  config: {
    name: 'vanilla-es-code',
    task: { kind: 'env', env: { id: 'HalfCheetah-v5' } },
    learner: { kind: 'vanilla-es', ...bierlCodeVanillaEs },
    outer: { kind: 'fixed' },
    budget: { steps: 1000 },
  },
}
