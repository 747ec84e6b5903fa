/** What an entry says before its environment is opened is true of the environment. */
import { expect, test } from 'vitest'
import { envEntries } from '../../envs/index.ts'

test.each(envEntries.map((entry) => [entry.id, entry] as const))('%s', async (id, { title, actions = 'box', open }) => {
  const env = await open({})
  const { spec } = env
  env.close()
  expect({ id: spec.id, title: spec.title, actions: spec.actionSpace.kind }).toEqual({ id, title, actions })
})
