using Microsoft.AspNetCore.Routing.Template;

namespace RecordsGuard.Local.Host;

/// <summary>Which HTTP function a request is for: by name, the first whose route and methods fit; none is 404, also for a method.</summary>
internal sealed class HttpRoutes
{
    private readonly List<(FunctionDefinition Function, FunctionTrigger.Http Trigger, TemplateMatcher Matcher)> routes = [];

    public HttpRoutes(FunctionApp app)
    {
        foreach (var function in app.Functions.Where(f => !f.Disabled))
        {
            if (function.Trigger is FunctionTrigger.Http http)
            {
                var template = TemplateParser.Parse($"{app.HostJson.RoutePrefix}/{http.Route}".Trim('/'));
                if (template.Parameters.Any(p => p.InlineConstraints.Any()))
                {
                    throw new LocalFailure($"Function {function.Name} has a route constraint, which is not played here.");
                }

                routes.Add((function, http, new TemplateMatcher(template, [])));
            }
        }
    }

    public FunctionDefinition? Find(string method, PathString path)
    {
        // The genuine host keeps these for itself, whatever routes an app has.
        if (path.StartsWithSegments("/admin") || path.StartsWithSegments("/runtime") || path.StartsWithSegments("/.local"))
        {
            return null;
        }

        return routes.FirstOrDefault(r =>
            (r.Trigger.Methods is null || r.Trigger.Methods.Contains(method))
            && r.Matcher.TryMatch(path, new RouteValueDictionary())).Function;
    }
}
