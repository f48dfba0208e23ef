/** Reading from GitHub: what goes wrong there is said in one line. */
import { ServiceError } from "../../base/index.ts";
import { isLimit, messageOf, statusOf } from "./client.ts";

/** @throws {ServiceError} with the label and what to do */
export async function read<T>(label: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    throw failureOf(label, cause);
  }
}

function failureOf(label: string, cause: unknown): ServiceError {
  const status = statusOf(cause);
  if (isLimit(cause)) {
    return new ServiceError(`${label}: GitHub's rate limit is reached`, {
      hint: "Wait until the limit is lifted and run the job again.",
      cause,
    });
  }
  if (status === null) {
    return new ServiceError(`${label}: GitHub cannot be reached (${messageOf(cause)})`, {
      hint: "Check the network and GITHUB_API_URL.",
      cause,
    });
  }
  return new ServiceError(`${label}: GitHub answered with status ${status} (${messageOf(cause)})`, {
    hint: HINTS[status] ?? "Run the job again later.",
    cause,
  });
}

const HINTS: Readonly<Record<number, string>> = {
  401: "Check the input token.",
  403: "Give the job the permissions that README.md names.",
  404: "Check what the token may read: the job needs contents: read and pull-requests: read.",
};
