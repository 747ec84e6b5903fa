/**
 * Deterministic mathematics: the elementary functions, one algorithm each, with the same bits in every JavaScript engine.
 *
 * Engines may round their own transcendental functions as they like, and do; a run that is to be repeated elsewhere uses these.
 * They are built from + − · / √ and bit views, which IEEE 754 and ECMAScript fix completely, and can be transcribed line by line to
 * any language with IEEE doubles. This is the one room that gathers the functions of its five chambers; nobody imports those directly
 * except each other, `rng.ts` and the tests.
 *
 * | chamber | functions |
 * |---|---|
 * | dmath-exp | exp expm1 tanh sinh cosh sigmoid, and softplus here |
 * | dmath-log | log log1p log2 log10 pow cbrt hypot |
 * | dmath-trig | sin cos tan, sineAndCosine |
 * | dmath-arc | asin acos atan atan2 |
 * | dmath-normal | erf erfc normalPdf normalCdf logNormalCdf normalQuantile |
 *
 * `dmath-exact` below them holds the error-free additions and products, and two scratch cells.
 *
 * *Source:* ECMA-262, section 21.3.2 (the platform's functions are implementation-approximated); the chambers name their algorithms.
 * *Deviations:* none.
 */
import { exp } from './dmath-exp.ts'
import { log1p } from './dmath-log.ts'

export { acos, asin, atan, atan2 } from './dmath-arc.ts'
export { cosh, exp, expm1, sigmoid, sinh, tanh } from './dmath-exp.ts'
export { cbrt, hypot, log, log10, log1p, log2, pow } from './dmath-log.ts'
export { erf, erfc, logNormalCdf, normalCdf, normalPdf, normalQuantile } from './dmath-normal.ts'
export { cos, sin, sineAndCosine, tan } from './dmath-trig.ts'

/** log(1 + eˣ) without overflow; at most 3 ulp. */
export const softplus = (x: number): number => (x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)))
