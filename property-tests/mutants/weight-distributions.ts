/** Evolved distributions of parameters with one flaw each, for the laws to catch. */
import * as sound from '../../src/es/weight-distribution.ts'
import type { WeightDistributionSubject } from '../laws/weight-distribution.ts'

type Gradient = sound.DistributionGradient

const scaled = (values: Float64Array, by: (p: number) => number): Float64Array => values.map((value, p) => value * by(p))

/** Gradients changed after the fact. */
const changed = (change: (gradient: Gradient, args: Parameters<typeof sound.distributionGradient>) => Partial<Gradient>): WeightDistributionSubject => ({
  ...sound,
  distributionGradient: (...args) => {
    const gradient = sound.distributionGradient(...args)
    return { ...gradient, ...change(gradient, args) }
  },
})

export const weightDistributionMutants: Readonly<Record<string, WeightDistributionSubject>> = {
  'takes the mean over the draws of a worker': changed(({ byMean, bySigma }, [, , draws]) => ({
    byMean: scaled(byMean, () => 1 / draws[0].keys.length),
    bySigma: scaled(bySigma, () => 1 / draws[0].keys.length),
  })),
  'divides noise by σ²': changed(({ byMean }, [, distribution]) => ({ byMean: scaled(byMean, (p) => 1 / sound.sigmaOf(distribution)[p]) })),
  'turns the sign of the gradient by σ': changed(({ bySigma, byLogSigma }) => ({ bySigma: scaled(bySigma, () => -1), byLogSigma: scaled(byLogSigma, () => -1) })),
  'forgets to turn the noise of a mirrored worker': {
    ...sound,
    distributionGradient: (backend, distribution, draws, advantages) =>
      sound.distributionGradient(backend, distribution, draws.map((worker) => ({ ...worker, mirrored: false })), advantages),
  },
  'takes no baseline': { ...sound, advantagesOf: (_baseline, fitness) => sound.advantagesOf({ kind: 'raw' }, fitness) },
  'takes the mean of all for the mean of the others': {
    ...sound,
    advantagesOf: (baseline, fitness) => sound.advantagesOf(baseline.kind === 'leave-one-out' ? { kind: 'batch' } : baseline, fitness),
  },
  'lets a fitness that is no number through': {
    ...sound,
    advantagesOf: (baseline, fitness) => (fitness.some(Number.isNaN) ? fitness.map((f) => f - fitness[0]) : sound.advantagesOf(baseline, fitness)),
  },
  'takes the gradient by log σ for that by σ': changed(({ byLogSigma }) => ({ bySigma: byLogSigma })),
  'sees only the first draw of a worker': {
    ...sound,
    distributionGradient: (backend, distribution, draws, advantages) =>
      sound.distributionGradient(backend, distribution, draws.map(({ keys, mirrored }) => ({ keys: keys.slice(0, 1), mirrored })), advantages),
  },
  'forgets the draws in the natural gradient': { ...sound, naturalGradient: (distribution, gradient) => sound.naturalGradient(distribution, gradient, 1) },
}
