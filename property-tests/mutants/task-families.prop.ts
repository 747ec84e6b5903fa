/** The laws of task families notice every family that is broken on purpose, and accept the same family unbroken. */
import { expect, test } from 'vitest'
import { envEntries, taskFamilies } from '../../envs/index.ts'
import { taskFamilyLaws } from '../laws/task-family.ts'
import { brokenTaskFamilies } from './task-families.ts'

const healthy = taskFamilies.find((family) => family.id === 'cheetah-vel')!

test('every law catches a flaw', () => {
  expect([...new Set(brokenTaskFamilies.map(([, law]) => law))].sort()).toEqual(taskFamilyLaws.map(({ name }) => name).sort())
})

test.each(taskFamilyLaws)('the unbroken family obeys: $name', ({ check }) => check({ family: healthy, entries: envEntries }))

test.each(brokenTaskFamilies)('a family that %s breaks: %s', async (_, law, breakIt) => {
  const check = taskFamilyLaws.find(({ name }) => name === law)!.check
  await expect(Promise.resolve().then(() => check({ family: breakIt(healthy), entries: envEntries }))).rejects.toThrow()
})
