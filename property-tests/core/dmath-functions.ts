/**
 * All functions of `src/core/dmath.ts` by name, for tests that go through them. A test compares the list with the module.
 */
import {
  acos, asin, atan, atan2, cbrt, cos, cosh, erf, erfc, exp, expm1, hypot, log, log10, log1p, log2, logNormalCdf, normalCdf, normalPdf,
  normalQuantile, pow, sigmoid, sin, sinh, softplus, tan, tanh,
} from '../../src/core/dmath.ts'

export const functions = {
  acos, asin, atan, atan2, cbrt, cos, cosh, erf, erfc, exp, expm1, hypot, log, log10, log1p, log2, logNormalCdf, normalCdf, normalPdf,
  normalQuantile, pow, sigmoid, sin, sinh, softplus, tan, tanh,
}

export type FunctionName = keyof typeof functions

/** A function of the list at any number of arguments. */
export const callByName = (name: FunctionName, args: readonly number[]): number =>
  (functions[name] as (...values: readonly number[]) => number)(...args)
