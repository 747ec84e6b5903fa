/**
 * Body of InvertedDoublePendulum: two poles, one on the other, hinged on a cart that slides on a rail.
 *
 * *Source:* Barto, Sutton and Anderson 1983, "Neuronlike adaptive elements that can solve difficult learning control
 * problems" (the single pole); the numbers of Gymnasium's v5 environment, the sideways pull in its gravity included.
 * *Deviations:* 1. limited engine memory. 2. no silent reset. 3. names, order of attributes and decoration are our own.
 */
export const invertedDoublePendulumMjcf = `
<mujoco model="inverted-double-pendulum">
  <compiler angle="degree"/>
  <size memory="512K"/>
  <option timestep="0.01" integrator="RK4" solver="Newton" gravity="1e-5 0 -9.81"><flag autoreset="disable"/></option>
  <default>
    <geom type="capsule" size="0.045" condim="3" friction="1 0.1 0.1" contype="0" conaffinity="1"/>
    <joint type="hinge" axis="0 1 0" damping="0.05" limited="false"/>
  </default>
  <worldbody>
    <geom name="floor" type="plane" pos="0 0 -3" size="40 40 40"/>
    <geom name="rail" quat="0.707 0 0.707 0" size="0.02 1"/>
    <body name="cart">
      <joint name="slider" type="slide" axis="1 0 0" limited="true" range="-1 1" margin="0.01"/>
      <geom name="cart" quat="0.707 0 0.707 0" size="0.1 0.1"/>
      <body name="pole">
        <joint name="hinge"/>
        <geom name="cpole" fromto="0 0 0 0 0 0.6"/>
        <body name="pole2" pos="0 0 0.6">
          <joint name="hinge2"/>
          <geom name="cpole2" fromto="0 0 0 0 0 0.6"/>
          <site name="tip" pos="0 0 0.6"/>
        </body>
      </body>
    </body>
  </worldbody>
  <actuator>
    <motor joint="slider" gear="500" ctrllimited="true" ctrlrange="-1 1"/>
  </actuator>
</mujoco>`
