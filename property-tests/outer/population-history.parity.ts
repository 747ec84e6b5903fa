import { describe, expect, it } from 'vitest'
import { historyRow } from '../../src/outer/population-history.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

const es = oracleFamily('es')

describe('oracle: a row of the population history', () => {
  it.each(oracleCases<Readonly<{ fitness: readonly number[] }>, Readonly<{ history_row: readonly number[] }>>(es, 'shaping'))('$name', (each) => {
    const row = historyRow(Float64Array.from(each.input.fitness), 'ascending', 'z-score')
    // the tolerance is the fixture's: relative 1e-12 of the largest entry; the other fields are the shaping's
    expect(mismatches(es, { ...each, output: { history_row: each.output.history_row } }, { history_row: row })).toEqual([])
  })
})
