/**
 * ES meta-RL as an entry of the registry.
 *
 * *Source:* `src/es/es-meta-rl.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { esMetaRl, esMetaRlDefaults as defaults, esMetaRlHyperDefaults } from '../../es/es-meta-rl.ts'
import { defineLearner } from '../registry.ts'
import { adaptationOptimiserSchema, metaSearchFacts, metaSearchProblems, metaSearchSchemas } from './meta-search-settings.ts'

export const esMetaRlEntry = defineLearner({
  kind: 'es-meta-rl',
  title: 'ES meta-RL',
  paper: 'Shen et al. 2018, arXiv 1812.11314',
  file: 'src/es/es-meta-rl.ts',
  line: 'evolves distributions of initial actors and critics, which DDPG adapts to drawn tasks',
  needsFamily: true,
  taskDefaults: {
    policy: { kind: 'deterministic', hidden: [100, 100], activation: 'relu', outputActivation: 'tanh', init: 'xavier-normal', action: 'rescale' },
    normaliseObs: false,
  },
  tuneDefaults: { learningRate: { low: 1e-4, high: 1e-2, scale: 'log' } },
  schema: z.strictObject({
    ...metaSearchSchemas(defaults, esMetaRlHyperDefaults),
    batch: z.int().positive().nullable().default(defaults.batch).describe('transitions of one update of DDPG; null for all that the worker has'),
    optimiser: adaptationOptimiserSchema(defaults.optimiser),
    criticHidden: z.array(z.int().positive()).min(1).default([...defaults.criticHidden]).describe("widths of the critic's hidden layers; actions enter behind the first"),
  }),
  problems: metaSearchProblems,
  facts: metaSearchFacts,
  build: ({ settings, task, backend }) => esMetaRl(settings, task, backend),
})
