import { describe, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { shape } from '../../src/es/shaping.ts'
import type { Sampler } from '../../src/es/sampling.ts'
import type { Shaping } from '../../src/es/shaping.ts'
import type { VanillaEsState, VanillaEsStrategyOptions } from '../../src/es/vanilla-es.ts'
import { bierlCodeVanillaEs, vanillaEsDefaults, vanillaEsStrategy } from '../../src/es/vanilla-es.ts'
import { adamDefaults } from '../../src/optim/adam.ts'
import { rmspropDefaults } from '../../src/optim/rmsprop.ts'
import type { StrategySubject } from '../laws/strategy.ts'
import { strategyLaws } from '../laws/strategy.ts'

const popsize = 10
const samplers: readonly Sampler[] = [{ kind: 'independent' }, { kind: 'antithetic' }]
const shapings: readonly Shaping[] = [
  { kind: 'raw' },
  { kind: 'z-score', epsilon: 1e-8 },
  { kind: 'centred-ranks' },
  { kind: 'nes-full' },
  { kind: 'nes-half' },
]

const subject = (options: VanillaEsStrategyOptions, plain: boolean): StrategySubject<VanillaEsState> => ({
  make: (size) => vanillaEsStrategy({ ...options, popsize: size }, reference),
  backend: reference,
  popsize,
  plain: plain ? { utilities: (fitness) => shape(options.shaping, fitness), divisor: options.divisor === 'popsize' ? popsize : options.divisor } : null,
})

const subjects: readonly (readonly [string, StrategySubject<VanillaEsState>])[] = [
  ...samplers.flatMap((sampler) =>
    shapings.map((shaping) => [`${sampler.kind}, ${shaping.kind}`, subject({ ...vanillaEsDefaults, sampler, shaping }, true)] as const),
  ),
  ['the settings of the BiERL program', subject(bierlCodeVanillaEs, true)],
  ['Adam', subject({ ...vanillaEsDefaults, optimiser: { kind: 'adam', ...adamDefaults } }, false)],
  ['RMSprop', subject({ ...vanillaEsDefaults, optimiser: { kind: 'rmsprop', ...rmspropDefaults } }, false)],
  ['Nesterov', subject({ ...vanillaEsDefaults, optimiser: { kind: 'sgd', momentum: 0.9, dampening: 0, nesterov: true } }, false)],
  ['weight decay', subject({ ...vanillaEsDefaults, weightDecay: 0.01 }, false)],
]

describe.each(subjects)('vanilla ES, %s', (_, sound) => {
  it.each(strategyLaws)('$name', ({ check }) => check(sound))
})
