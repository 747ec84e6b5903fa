/** Each wrapper against its definition over whole episodes. */
import { describe, test } from 'vitest'
import * as wrappers from '../../../envs/index.ts'
import { wrapperLaws } from '../../laws/wrapper.ts'

describe('wrappers', () => {
  test.each(wrapperLaws.map(({ name, check }) => [name, check] as const))('%s', (_, check) => check(wrappers))
})
