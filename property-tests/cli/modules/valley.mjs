// A user's module for tests: a quadratic valley, and the ways in which a problem can go wrong.
import { writeFileSync } from 'node:fs'
import { InvariantError } from '../../../dist/src/core/invariant.js'

const dimension = 4

/** Whether this call created the file: of several threads, one does. */
const isFirst = (marker) => {
  try {
    writeFileSync(marker, 'it happened', { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

const open = ({ trouble, at, marker }) => ({
  id: 'valley',
  dimension,
  value: (_key, x, time) => {
    if (trouble !== 'none' && time === at && (marker === '' || isFirst(marker))) {
      if (trouble === 'exit') process.exit(9)
      if (trouble === 'invariant') throw new InvariantError('two and two make five')
      throw new Error('the ground gave way')
    }
    return -x.reduce((sum, value) => sum + value * value, 0)
  },
  gradient: (x) => x.map((value) => -2 * value),
  optimum: () => ({ x: new Float64Array(dimension), value: 0 }),
  initial: () => new Float64Array(dimension).fill(1),
})

export const bilevel = {
  problems: [{ id: 'valley', title: 'A quadratic valley', options: { trouble: 'none', at: 0, marker: '' }, open }],
}
