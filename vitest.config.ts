import { defineConfig } from 'vitest/config'
import { ClosingLine } from './property-tests/closing-line.ts'

export default defineConfig({
  test: {
    include: ['property-tests/**/*.{prop,golden,parity,test}.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', new ClosingLine()],
  },
})
