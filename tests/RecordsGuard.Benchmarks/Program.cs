using RecordsGuard.Benchmarks;

switch (args)
{
    case ["sealing", ..]:
        await SealingBenchmark.RunAsync();
        return 0;
    case ["audit-verify", ..]:
        await AuditVerifyBenchmark.RunAsync();
        return 0;
    case ["audit"]:
        await AuditBenchmark.RunAsync(null, null, null);
        return 0;
    case ["audit", var tables, var account, var key]:
        await AuditBenchmark.RunAsync(new(tables), account, key);
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project tests/RecordsGuard.Benchmarks -- sealing | audit-verify | audit [table endpoint, account and key of an Azurite]");
        return 2;
}
