/** The part of a pino logger that the simulator uses. */
export interface SimulatorLogger {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Says nothing. */
export const silentLogger: SimulatorLogger = {
  info() {},
  error() {},
};
