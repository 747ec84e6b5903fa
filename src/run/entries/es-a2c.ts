/**
 * A2C with evolution as an entry of the registry.
 *
 * *Source:* `src/es/es-a2c.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { esA2c, esA2cDefaults as defaults, esA2cHyperDefaults } from '../../es/es-a2c.ts'
import { defineLearner } from '../registry.ts'
import { adaptationOptimiserSchema, metaSearchFacts, metaSearchProblems, metaSearchSchemas } from './meta-search-settings.ts'

export const esA2cEntry = defineLearner({
  kind: 'es-a2c',
  title: 'A2C with evolution',
  paper: 'Fernando et al. 2018, arXiv 1806.07917, as in Shen et al. 2018, arXiv 1812.11314',
  file: 'src/es/es-a2c.ts',
  line: 'evolves distributions of initial policies and critics, which A2C adapts to drawn tasks',
  needsFamily: true,
  taskDefaults: {
    policy: { kind: 'gaussian', hidden: [100, 100], activation: 'relu', outputActivation: 'linear', initialLogStd: 0, init: 'xavier-normal', action: 'clip' },
    normaliseObs: false,
  },
  tuneDefaults: { learningRate: { low: 1e-2, high: 1, scale: 'log' } },
  schema: z.strictObject({
    ...metaSearchSchemas(defaults, esA2cHyperDefaults),
    episodes: z.int().positive().default(defaults.episodes).describe('episodes before each update of A2C'),
    optimiser: adaptationOptimiserSchema(defaults.optimiser),
    criticHidden: z.array(z.int().positive()).default([...defaults.criticHidden]).describe("widths of the critic's hidden layers"),
  }),
  problems: metaSearchProblems,
  facts: metaSearchFacts,
  build: ({ settings, task, backend }) => esA2c(settings, task, backend),
})
