// The course of an "add" form: check the fields, test the connection, add, say what failed.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import type { ConnectionTest, DeviceSummary } from '../../../shared/contract/index.ts';

type Options<Schema extends z.ZodType> = {
  readonly schema: Schema;
  readonly initial: z.input<Schema>;
  /** What a test reaches for, as a person writes it: "10.0.0.1:8728". */
  readonly peerOf: (form: z.input<Schema>) => string;
  readonly test: (form: z.output<Schema>, signal: AbortSignal) => Promise<ConnectionTest>;
  readonly add: (form: z.output<Schema>) => Promise<DeviceSummary>;
  readonly onAdded: (device: DeviceSummary) => void;
};

export type AddForm<Form> = {
  readonly values: Form;
  /** The message of each field that does not hold, by its name. */
  readonly problems: Readonly<Record<string, string>>;
  readonly peer: string;
  readonly testing: UseMutationResult<ConnectionTest, unknown, void>;
  readonly adding: UseMutationResult<DeviceSummary, unknown, void>;
  readonly change: (part: Partial<Form>) => void;
  readonly test: () => void;
  /** Ends the test that runs; nothing is said of it then. */
  readonly cancelTest: () => void;
  readonly submit: () => void;
};

export function useAddForm<Schema extends z.ZodType<object, object>>(
  options: Options<Schema>,
): AddForm<z.input<Schema>> {
  const { schema } = options;
  const queries = useQueryClient();
  const [values, setValues] = useState<z.input<Schema>>(options.initial);
  const [checked, setChecked] = useState(false);
  const running = useRef<AbortController>(null);
  // A form that is closed waits for nothing.
  useEffect(() => () => running.current?.abort(), []);
  const parsed = schema.safeParse(values);
  const problems: Record<string, string> = {};
  for (const issue of parsed.error?.issues ?? []) problems[String(issue.path[0])] ??= issue.message;
  const form = (): z.output<Schema> => schema.parse(values);
  const testing = useMutation({
    mutationFn: () => {
      running.current?.abort();
      running.current = new AbortController();
      return options.test(form(), running.current.signal);
    },
  });
  const adding = useMutation({
    mutationFn: () => options.add(form()),
    onSuccess: async (device) => {
      await queries.invalidateQueries({ queryKey: ['devices'] });
      options.onAdded(device);
    },
  });
  const cancelTest = (): void => {
    running.current?.abort();
    testing.reset();
  };
  const ifGood = (go: () => void) => (): void => {
    setChecked(true);
    if (parsed.success) go();
  };
  return {
    values,
    problems: checked ? problems : {},
    peer: options.peerOf(values),
    testing,
    adding,
    change: (part) => {
      setValues({ ...values, ...part });
      // A result belongs to the values that were tested.
      cancelTest();
      adding.reset();
    },
    test: ifGood(() => testing.mutate()),
    cancelTest,
    submit: ifGood(() => adding.mutate()),
  };
}
