/** Express 4 under a separate name; the parts that a webhook uses have the types of Express 5. */
declare module 'express4' {
  import express from 'express'
  export default express
}
