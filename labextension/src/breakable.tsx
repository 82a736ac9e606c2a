import React from 'react';

/** A text in which a line may break after the colon of a name such as `service:Action`. */
export function Breakable({ text }: { text: string }): React.JSX.Element {
  return (
    <>
      {text.split(/:(?=[a-z])/i).map((part, index) => (
        <React.Fragment key={index}>
          {index > 0 && (
            <>
              :<wbr />
            </>
          )}
          {part}
        </React.Fragment>
      ))}
    </>
  );
}
