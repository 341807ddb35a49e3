#!/bin/sh
# Builds the function app and publishes to every app of the resource group that azd (or you) deployed a package with the
# function folders of that app's duties and no other.
# Needs: the .NET SDK, zip, the Azure CLI, signed in; AZURE_RESOURCE_GROUP, which main.bicep puts out.
set -eu
: "${AZURE_RESOURCE_GROUP:?the resource group, as main.bicep puts it out}"
root=$(cd "$(dirname "$0")/.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
apps=$(az functionapp list --resource-group "$AZURE_RESOURCE_GROUP" --query "[].name" --output tsv)
for app in $apps; do
  duties=$(az functionapp config appsettings list --resource-group "$AZURE_RESOURCE_GROUP" --name "$app" \
    --query "[?name=='RecordsGuard__Duties'].value" --output tsv)
  : "${duties:?$app has no RecordsGuard__Duties: is it an app of this deployment?}"
  echo "Publishing $duties to $app"
  dotnet publish "$root/src/RecordsGuard.Functions" --configuration Release --output "$out/$app" \
    "-p:Duties=$(echo "$duties" | tr , +)"
  # Zipped on Linux: the executable bit must stay.
  (cd "$out/$app" && zip -qr "../$app.zip" .)
  az functionapp deployment source config-zip --resource-group "$AZURE_RESOURCE_GROUP" --name "$app" --src "$out/$app.zip" >/dev/null
done
