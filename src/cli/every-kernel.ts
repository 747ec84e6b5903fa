/**
 * One case of every kernel, at the sizes of a small run.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { KernelCase } from './kernel-case.ts'
import {
  activateCase, activatePullbackCase, affineCase, affineInputPullbackCase, affineParameterPullbackCase, lstmForwardCase, lstmPullbackCase,
  lstmStepCase, mlpForwardCase, mlpPullbackCase, perturbedForwardCase, populationForwardCase, residentLstmCase, residentMlpCase,
} from './network-kernel-cases.ts'
import {
  choleskyCase, covarianceCase, drawCase, neighboursCase, optimiserCase, productCase, solveCase, squaredDistancesCase, weightedNoiseCase,
} from './row-kernel-cases.ts'

/** The cases, in the order of the list of kernels. */
export const everyKernel = (): readonly KernelCase[] => {
  const policy = [17, 64, 64, 6]
  return [
    affineCase(64, 64, 64), affineInputPullbackCase(64, 64, 64), affineParameterPullbackCase(64, 64, 64), activateCase('tanh', 1024),
    activatePullbackCase('tanh', 1024), mlpForwardCase(policy, 64), mlpPullbackCase(policy, 64), residentMlpCase(policy, 1),
    populationForwardCase(policy, 16), perturbedForwardCase(policy, 4), lstmStepCase(8, 40, 64), lstmForwardCase(10, 1, 40, 64),
    lstmPullbackCase(10, 1, 40, 64), residentLstmCase(40, 64), optimiserCase('adam', 5708), optimiserCase('rmsprop', 5708),
    optimiserCase('sgd', 5708), drawCase('uniforms', 5708), drawCase('normals', 5708), drawCase('perturb', 5708), weightedNoiseCase(20, 5708),
    productCase('nn', 64, 64, 64), squaredDistancesCase(100, 100, 8), neighboursCase('neighbours', 1000, 8, 20, 11),
    neighboursCase('residentRows', 1000, 8, 1, 11), covarianceCase('matern52', 100, 100, 8), choleskyCase(100), solveCase('solveLower', 100, 20),
    solveCase('solveLowerTransposed', 100, 20),
  ]
}
