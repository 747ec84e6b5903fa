import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { Shaping } from '../../src/es/shaping.ts'
import { shape } from '../../src/es/shaping.ts'
import type { VanillaEsState } from '../../src/es/vanilla-es.ts'
import { vanillaEsDefaults } from '../../src/es/vanilla-es.ts'
import type { StrategySubject } from '../laws/strategy.ts'
import { strategyLaws } from '../laws/strategy.ts'
import type { StrategyFlaw } from './strategies.ts'
import { strategyMutant } from './strategies.ts'

const popsize = 10
const subject = (flaw: StrategyFlaw, shaping: Shaping): StrategySubject<VanillaEsState> => ({
  make: strategyMutant(flaw, { ...vanillaEsDefaults, shaping }, reference),
  backend: reference,
  popsize,
  plain: { utilities: (fitness) => shape(shaping, fitness), divisor: popsize },
})

const raw: Shaping = { kind: 'raw' }
const nes: Shaping = { kind: 'nes-half' }

/** The law that must catch each flaw, and the shaping under which it is looked at. */
const killedBy: readonly (readonly [StrategyFlaw, Shaping, string])[] = [
  ['draws its keys from a hidden stream', nes, 'asking twice gives the same population, another key another one'],
  ['writes into the mean', nes, 'inputs are left unchanged'],
  ['keeps a function in its batch', nes, 'state and batch are plain data, and copies of them serve as well'],
  ['stores the noise', nes, 'memory grows with parameters plus popsize, not with their product'],
  ['evaluates the plus half twice', nes, 'a worker rebuilds every candidate from its perturbation, in any order'],
  ['sends workers the plus half twice', nes, 'candidates scatter around the mean with standard deviation sigma, in mirrored pairs where claimed'],
  ['samples with sigma squared', nes, 'candidates scatter around the mean with standard deviation sigma, in mirrored pairs where claimed'],
  ['rounds an odd popsize up', nes, 'an odd popsize is rejected where candidates are mirrored, and only there'],
  ['clamps sigma', nes, 'hyperparameters outside their ranges are rejected'],
  ['accepts a stale batch', nes, 'a batch of another generation and a wrong number of evaluations are rejected'],
  ['reports other values than it applied', nes, 'hyperparameters may change every generation, and what was applied is reported'],
  ['keeps the first learning rate above 0', nes, 'learning rate 0 leaves the mean'],
  ['caps the learning rate', nes, 'the update is proportional to the learning rate'],
  ['breaks ties by index', nes, 'constant fitness leaves the mean, where claimed'],
  ['claims ranks without ranking', raw, 'only the order of fitness matters, where claimed'],
  ['pulls the mean to the origin', nes, 'moving problem and mean together moves the new mean with them, where claimed'],
  ['ranks what is not finite best', nes, 'fitness that is not finite is as bad as the worst, and is counted'],
  ['divides by sigma squared', raw, 'the update is unbiased on a quadratic, where claimed'],
  ['forgets the divisor', raw, 'the update is unbiased on a quadratic, where claimed'],
  ['flips the sign of the minus half', raw, 'the update is unbiased on a quadratic, where claimed'],
  ['rebuilds other noise in tell', raw, 'the update is unbiased on a quadratic, where claimed'],
  ['takes outcomes in another order', nes, 'updates point uphill on average'],
  ['minimises', nes, 'updates point uphill on average'],
  ['rebuilds other noise in tell', nes, 'the update equals one from stored noise, where a formula is stated'],
  ['divides by sigma squared', nes, 'the update equals one from stored noise, where a formula is stated'],
  ['forgets the divisor', nes, 'the update equals one from stored noise, where a formula is stated'],
]

const lawOf = (name: string) => {
  const law = strategyLaws.find((candidate) => candidate.name === name)
  if (law === undefined) throw new Error(`no law '${name}'`)
  return law
}

describe('the laws of an evolution strategy catch every flaw', () => {
  it('and every law catches one', () => {
    expect([...new Set(killedBy.map(([, , law]) => law))].sort()).toEqual(strategyLaws.map(({ name }) => name).sort())
  })
  it.each(strategyLaws)('the sound strategy obeys: $name', ({ check }) => {
    check(subject('none', raw))
    check(subject('none', nes))
  })
  it.each(killedBy.map(([flaw, shaping, law]) => ({ flaw, shaping, law })))('a strategy that $flaw breaks: $law', ({ flaw, shaping, law }) => {
    expect(() => lawOf(law).check(subject(flaw, shaping))).toThrow()
  })
})
