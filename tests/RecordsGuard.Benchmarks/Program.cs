using RecordsGuard.Benchmarks;

switch (args)
{
    case ["sealing", ..]:
        await SealingBenchmark.RunAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project tests/RecordsGuard.Benchmarks -- sealing");
        return 2;
}
