import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['property-tests/**/*.{prop,golden,parity,test}.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
})
