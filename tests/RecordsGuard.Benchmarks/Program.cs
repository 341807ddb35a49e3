using RecordsGuard.Benchmarks;

switch (args)
{
    case ["sealing", ..]:
        await SealingBenchmark.RunAsync();
        return 0;
    case ["audit-verify", ..]:
        await AuditVerifyBenchmark.RunAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project tests/RecordsGuard.Benchmarks -- sealing|audit-verify");
        return 2;
}
