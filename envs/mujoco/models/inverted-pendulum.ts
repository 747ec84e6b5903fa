/**
 * Body of InvertedPendulum: a pole hinged on a cart that slides on a rail.
 *
 * *Source:* Barto, Sutton and Anderson 1983, "Neuronlike adaptive elements that can solve difficult learning control
 * problems"; the numbers of Gymnasium's v5 environment.
 * *Deviations:* 1. limited engine memory. 2. no silent reset. 3. names, order of attributes and decoration are our own.
 */
export const invertedPendulumMjcf = `
<mujoco model="inverted-pendulum">
  <compiler angle="degree"/>
  <size memory="512K"/>
  <option timestep="0.02" integrator="RK4" solver="Newton" gravity="0 0 -9.81"><flag autoreset="disable"/></option>
  <default>
    <geom type="capsule" condim="3" friction="1 0.1 0.1" contype="0" conaffinity="1"/>
    <joint damping="1" limited="true"/>
  </default>
  <worldbody>
    <geom name="rail" quat="0.707 0 0.707 0" size="0.02 1"/>
    <body name="cart">
      <joint name="slider" type="slide" axis="1 0 0" range="-1 1"/>
      <geom name="cart" quat="0.707 0 0.707 0" size="0.1 0.1"/>
      <body name="pole">
        <joint name="hinge" type="hinge" axis="0 1 0" range="-90 90"/>
        <geom name="cpole" fromto="0 0 0 0.001 0 0.6" size="0.049"/>
      </body>
    </body>
  </worldbody>
  <actuator>
    <motor joint="slider" gear="100" ctrllimited="true" ctrlrange="-3 3"/>
  </actuator>
</mujoco>`
