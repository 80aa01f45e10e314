/// Credentials for registries: those that come with a request, those in files of containers-auth.json(5), and
/// those that programs know. What is there but can't be read is an error that names the place and shows no
/// secret.
@NullMarked
package dev.carafe.registry.auth;

import org.jspecify.annotations.NullMarked;
