import { describe, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { epgt } from '../../src/outer/epgt.ts'
import { epgtLaws } from '../laws/epgt.ts'

describe('EPGT', () => {
  it.each(epgtLaws)('$name', ({ check }) => check((options) => epgt(options, reference)))
})
