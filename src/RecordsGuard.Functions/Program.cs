using Microsoft.Extensions.Options;
using RecordsGuard.Functions;

if (CustomHandlerPort.Parse(Environment.GetEnvironmentVariable(CustomHandlerPort.Variable)) is not { } port)
{
    await Console.Error.WriteLineAsync(CustomHandlerPort.Refusal);
    return 1;
}

try
{
    await using var app = Head.Build(port);
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
