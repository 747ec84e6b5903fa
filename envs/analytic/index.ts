/**
 * The analytic problems, for the registry.
 *
 * *Source:* house layout, `envs/analytic`. *Deviations:* none.
 */
import type { ProblemEntry } from '../../src/core/problem.ts'
import { movingRing } from './moving-ring.ts'
import { linear, noisySphere, quadratic, sphere } from './quadratics.ts'
import { rippledSlope } from './rippled-slope.ts'
import { rastrigin, rosenbrock } from './valleys.ts'

export const analyticEntries: readonly ProblemEntry[] = [sphere, noisySphere, quadratic, linear, rosenbrock, rastrigin, movingRing, rippledSlope]
