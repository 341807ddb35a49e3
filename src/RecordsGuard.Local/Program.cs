using RecordsGuard.Local;

// Ctrl+C and SIGTERM are LocalRun's own: everything is to be stopped in order, however long that takes.
return await LocalCommand.Create(LocalRun.RunAsync).Parse(args)
    .InvokeAsync(new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
